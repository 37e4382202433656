import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The client is used directly, since the adapter under test cannot also check that the cluster is up.

import kafkajs from 'kafkajs';
import { freePorts } from '../processes/free-ports.js';
import { kafkaProgram } from './kafka-program.js';
import { eventually } from '../http/service-client.js';

const START_TIMEOUT_MS = 90_000;

/** A Kafka cluster in KRaft mode on loopback, owned by the test, or the one that KAFKA_BROKERS names. */
export class KafkaCluster {
  private constructor(
    readonly brokers: readonly string[],
    readonly nodes: readonly KafkaNode[],
  ) {}

  static async start(size = 1): Promise<KafkaCluster> {
    const given = process.env['KAFKA_BROKERS'];
    if (given !== undefined) return new KafkaCluster(given.split(','), []);
    return KafkaCluster.startNodes(size);
  }

  /** One broker that also listens on {@link SecuredListener.port}, always on a cluster owned by the test. */
  static startSecured(secured: SecuredListener): Promise<KafkaCluster> {
    return KafkaCluster.startNodes(1, securedListener(secured));
  }

  /** One broker that also listens on `port` and advertises `proxyPort` to clients there, where a proxy listens. */
  static startBehind(port: number, proxyPort: number): Promise<KafkaCluster> {
    const settings = protocols('PROXIED:PLAINTEXT');
    return KafkaCluster.startNodes(1, {
      name: 'PROXIED',
      port,
      advertisedPort: proxyPort,
      settings,
      users: [],
    });
  }

  private static async startNodes(size: number, other?: OtherListener): Promise<KafkaCluster> {
    const ports = await freePorts(size * 2);
    const voters = Array.from({ length: size }, (_, i) => `${i + 1}@127.0.0.1:${ports[2 * i + 1]}`).join(',');
    const clusterId = randomBytes(16).toString('base64url');
    const nodes = Array.from(
      { length: size },
      (_, i) => new KafkaNode(i + 1, ports[2 * i]!, ports[2 * i + 1]!, { clusterId, voters, size, other }),
    );
    const cluster = new KafkaCluster(
      nodes.map(({ address }) => address),
      nodes,
    );
    for (const node of nodes) node.start();
    await cluster.untilReady();
    return cluster;
  }

  /** Waits until every running broker has joined and the cluster answers. */
  async untilReady(): Promise<void> {
    const expected = this.nodes.filter(({ running }) => running).length;
    await eventually(async () => {
      for (const node of this.nodes) node.checkAlive();
      return (await countBrokers(this.brokers)) >= Math.max(1, expected);
    }, START_TIMEOUT_MS);
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) await node.remove();
  }
}

/** A listener that requires TLS and credentials. */
export interface SecuredListener {
  readonly port: number;
  /** The private key followed by the certificate, in PEM. */
  readonly keystoreFile: string;
  readonly username: string;
  readonly password: string;
}

/** A second listener, for a particular test. */
interface OtherListener {
  readonly name: string;
  readonly port: number;
  readonly advertisedPort: number;
  readonly settings: Readonly<Record<string, string>>;
  /** SCRAM users in the format of `kafka-storage`. */
  readonly users: readonly string[];
}

interface ClusterPlan {
  readonly clusterId: string;
  readonly voters: string;
  readonly size: number;
  readonly other: OtherListener | undefined;
}

const SCRAM = ['SCRAM-SHA-256', 'SCRAM-SHA-512'];
const LOGIN_MODULES = 'org.apache.kafka.common.security';

const protocols = (other: string) => ({
  'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,${other}`,
  'inter.broker.listener.name': 'PLAINTEXT',
});

function securedListener({ port, keystoreFile, username, password }: SecuredListener): OtherListener {
  const login = (module: string, options = '') => `${LOGIN_MODULES}.${module} required${options};`;
  const scram = SCRAM.map((mechanism) => [
    `listener.name.secured.${mechanism.toLowerCase()}.sasl.jaas.config`,
    login('scram.ScramLoginModule'),
  ]);
  return {
    name: 'SECURED',
    port,
    advertisedPort: port,
    settings: {
      ...protocols('SECURED:SASL_SSL'),
      'sasl.enabled.mechanisms': ['PLAIN', ...SCRAM].join(','),
      'listener.name.secured.plain.sasl.jaas.config': login(
        'plain.PlainLoginModule',
        ` user_${username}="${password}"`,
      ),
      ...(Object.fromEntries(scram) as Record<string, string>),
      'listener.name.secured.ssl.keystore.type': 'PEM',
      'listener.name.secured.ssl.keystore.location': keystoreFile,
    },
    users: SCRAM.map((mechanism) => `${mechanism}=[name=${username},password=${password}]`),
  };
}

/** A combined broker and controller, as a process that a test may kill, pause and start again. */
export class KafkaNode {
  private readonly program = kafkaProgram();
  private readonly name = `statusledger-test-kafka-${randomBytes(6).toString('hex')}`;
  private readonly directory = mkdtempSync(join(tmpdir(), 'statusledger-kafka-'));
  private readonly properties = join(this.directory, 'server.properties');
  private readonly output = join(this.directory, 'output.log');
  private child: ChildProcess | undefined;
  readonly address: string;

  constructor(
    id: number,
    port: number,
    controllerPort: number,
    { clusterId, voters, size, other }: ClusterPlan,
  ) {
    this.address = `127.0.0.1:${port}`;
    const plain = `PLAINTEXT://${this.address}`;
    const otherAt = (its: 'port' | 'advertisedPort') =>
      other === undefined ? '' : `,${other.name}://127.0.0.1:${other[its]}`;
    const copies = Math.min(size, 3);
    const settings = {
      'process.roles': 'broker,controller',
      'node.id': id,
      'controller.quorum.voters': voters,
      listeners: `${plain}${otherAt('port')},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': `${plain}${otherAt('advertisedPort')}`,
      'controller.listener.names': 'CONTROLLER',
      'log.dirs': join(this.directory, 'data'),
      'auto.create.topics.enable': false,
      'offsets.topic.replication.factor': copies,
      'offsets.topic.num.partitions': 3,
      'transaction.state.log.replication.factor': copies,
      'transaction.state.log.min.isr': 1,
      'group.initial.rebalance.delay.ms': 0,
      'num.network.threads': 2,
      'num.io.threads': 2,
      'broker.session.timeout.ms': 6_000,
      ...other?.settings,
    };
    const text = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    writeFileSync(this.properties, text.join('\n'));
    this.program.run(this.directory, 'kafka.tools.StorageTool', [
      'format',
      '-t',
      clusterId,
      '-c',
      this.properties,
      ...(other?.users ?? []).flatMap((user) => ['--add-scram', user]),
    ]);
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** Contains a directory for each partition. */
  get dataDirectory(): string {
    return join(this.directory, 'data');
  }

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  start(): void {
    const { name, directory, properties, output } = this;
    this.child = this.program.start(name, directory, 'kafka.Kafka', [properties], output);
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.running) this.program.signal(this.name, this.child!, signal);
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child === undefined || !this.running) return;
    const exited = once(child, 'exit');
    this.program.signal(this.name, child, signal);
    await exited;
  }

  checkAlive(): void {
    if (this.child === undefined || this.running) return;
    throw new Error(`a broker exited:\n${readFileSync(this.output, 'utf8').slice(-4_000)}`);
  }

  async remove(): Promise<void> {
    this.signal('SIGCONT');
    await this.end('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

async function countBrokers(brokers: readonly string[]): Promise<number> {
  const kafka = new kafkajs.Kafka({
    brokers: [...brokers],
    logLevel: kafkajs.logLevel.NOTHING,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length;
  } catch {
    return 0;
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
