import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { freePorts } from '../processes/free-ports.js';
import { eventually } from '../http/service-client.js';

const START_TIMEOUT_MS = 60_000;
export const CLUSTER = 'two_shards';

/**
 * Two shards of one host each: engines in separate processes that reach each other over the native protocol, like the
 * hosts of a real cluster. Requests go to the hosts by turns through a front, which supplies what the engines lack: it
 * runs a statement `ON CLUSTER` on every host, and replaces replicated table engines by plain ones, since without an
 * interserver interface no replica becomes active.
 */
export class ClickHouseCluster {
  private turn = 0;

  private constructor(
    private readonly hosts: readonly EngineHost[],
    private readonly front: Server,
  ) {}

  /** @param zooKeeperPort of a ZooKeeper on loopback, for replicated tables created on the hosts directly. */
  static async start(directory: string, zooKeeperPort?: number): Promise<ClickHouseCluster> {
    const ports = await freePorts(4);
    const addresses = [0, 1].map((shard) => ({ tcp: ports[2 * shard]!, http: ports[2 * shard + 1]! }));
    const hosts = addresses.map(
      (_, shard) => new EngineHost(join(directory, `${shard}`), shard, { addresses, zooKeeperPort }),
    );
    const front = createServer();
    const cluster = new ClickHouseCluster(hosts, front);
    front.on('request', (request, response) => {
      cluster.pass(request, response).catch((error: unknown) => {
        response.writeHead(502).end(String(error));
      });
    });
    await Promise.all(hosts.map((host) => host.untilReady()));
    front.listen(0, '127.0.0.1');
    await once(front, 'listening');
    return cluster;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.front.address() as AddressInfo).port}`;
  }

  /** The addresses of the hosts, past the front. */
  get hostUrls(): readonly string[] {
    return this.hosts.map(({ url }) => url);
  }

  async stop(): Promise<void> {
    this.front.closeAllConnections();
    this.front.close();
    await Promise.all(this.hosts.map((host) => host.stop()));
  }

  private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const text = body.toString();
    const forAll = text.includes(ON_CLUSTER);
    this.turn = (this.turn + 1) % this.hosts.length;
    const targets = forAll ? this.hosts : [this.hosts[this.turn]!];
    for (const [index, { url }] of targets.entries()) {
      const answer = await fetch(`${url}${request.url}`, {
        method: request.method!,
        headers: { 'content-type': request.headers['content-type'] ?? 'text/plain' },
        ...(request.method === 'GET' ? {} : { body: forAll ? onOneHost(text) : body }),
      });
      const content = Buffer.from(await answer.arrayBuffer());
      if (answer.ok && index < targets.length - 1) continue;
      const code = answer.headers.get('x-clickhouse-exception-code');
      response.writeHead(answer.status, code === null ? {} : { 'x-clickhouse-exception-code': code });
      response.end(content);
      return;
    }
  }
}

const ON_CLUSTER = ` ON CLUSTER '${CLUSTER}'`;

function onOneHost(statement: string): string {
  return statement
    .replaceAll(ON_CLUSTER, '')
    .replace(/ENGINE = Replicated(\w+)\('[^']*', '[^']*'(?:, )?/, 'ENGINE = $1(');
}

interface HostAddress {
  readonly tcp: number;
  readonly http: number;
}

interface ClusterPlan {
  readonly addresses: readonly HostAddress[];
  readonly zooKeeperPort: number | undefined;
}

class EngineHost {
  readonly url: string;
  private readonly child: ChildProcess;
  private readonly output: string;

  constructor(directory: string, shard: number, plan: ClusterPlan) {
    mkdirSync(directory, { recursive: true });
    const config = join(directory, 'config.xml');
    this.output = join(directory, 'output.log');
    writeFileSync(config, configOf(shard, plan));
    writeFileSync(join(directory, 'users.xml'), USERS);
    this.url = `http://127.0.0.1:${plan.addresses[shard]!.http}`;
    this.child = spawn(
      'sh',
      [
        '-c',
        'exec "$@" >> "$0" 2>&1',
        this.output,
        process.execPath,
        resolve('dist/test/support/store/engine-server.js'),
        config,
        join(directory, 'store'),
      ],
      { stdio: ['pipe', 'ignore', 'ignore'], cwd: directory },
    );
  }

  async untilReady(): Promise<void> {
    await eventually(async () => {
      if (this.child.exitCode !== null)
        throw new Error(`an engine exited:\n${readFileSync(this.output, 'utf8').slice(-4_000)}`);
      return await fetch(`${this.url}/ping`).then(
        ({ ok }) => ok,
        () => false,
      );
    }, START_TIMEOUT_MS);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

const USERS = `<clickhouse>
  <profiles><default/></profiles>
  <users><default><password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default></users>
  <quotas><default/></quotas>
</clickhouse>`;

function configOf(shard: number, { addresses, zooKeeperPort }: ClusterPlan): string {
  const shards = addresses.map(
    ({ tcp }) => `<shard><internal_replication>true</internal_replication>
      <replica><host>127.0.0.1</host><port>${tcp}</port></replica></shard>`,
  );
  return `<clickhouse>
    <logger><level>error</level><console>1</console></logger>
    <listen_host>127.0.0.1</listen_host>
    <tcp_port>${addresses[shard]!.tcp}</tcp_port>
    <http_port>${addresses[shard]!.http}</http_port>
    <user_directories><users_xml><path>users.xml</path></users_xml></user_directories>
    ${zooKeeperPort === undefined ? '' : `<zookeeper><node><host>127.0.0.1</host><port>${zooKeeperPort}</port></node></zookeeper>`}
    <macros><shard>${shard + 1}</shard><replica>1</replica></macros>
    <remote_servers><${CLUSTER}>${shards.join('')}</${CLUSTER}></remote_servers>
  </clickhouse>`;
}
