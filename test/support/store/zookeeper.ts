import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { delimiter, join, resolve } from 'node:path';
import { freePorts } from '../processes/free-ports.js';
import { eventually } from '../http/service-client.js';

const POM = resolve('deploy/zookeeper/pom.xml');
const START_TIMEOUT_MS = 60_000;

/**
 * The classpath of ZooKeeper, fetched by Maven. If that fails, `undefined` with the reason on standard error, or an
 * error with REQUIRE_ZOOKEEPER=1.
 */
export function zooKeeperClasspath(): string | undefined {
  const file = resolve('deploy/zookeeper/target/classpath.txt');
  try {
    execFileSync('java', ['-version'], { stdio: 'ignore' });
    mkdirSync(resolve('deploy/zookeeper/target'), { recursive: true });
    execFileSync('mvn', ['-q', '-B', '-f', POM, 'dependency:build-classpath', `-Dmdep.outputFile=${file}`], {
      stdio: 'ignore',
    });
    const classpath = readFileSync(file, 'utf8').trim();
    return classpath.split(delimiter).length > 1 ? classpath : undefined;
  } catch (error) {
    const reason = `ZooKeeper is not available: ${(error as Error).message}`;
    if (process.env['REQUIRE_ZOOKEEPER'] === '1') throw new Error(reason, { cause: error });
    process.stderr.write(`${reason}\nThe suite that needs one is skipped.\n`);
    return undefined;
  }
}

/** A single ZooKeeper node on loopback. */
export class ZooKeeper {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(directory: string, classpath: string): Promise<ZooKeeper> {
    const [port] = (await freePorts(1)) as [number];
    const config = join(directory, 'zoo.cfg');
    const settings = {
      tickTime: 500,
      dataDir: join(directory, 'data'),
      clientPort: port,
      clientPortAddress: '127.0.0.1',
      'admin.enableServer': false,
    };
    writeFileSync(
      config,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const child = spawn(
      'java',
      ['-Xmx128m', '-cp', classpath, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', config],
      { stdio: 'ignore' },
    );
    await eventually(() => canConnect(port), START_TIMEOUT_MS);
    return new ZooKeeper(port, child);
  }

  async stop(): Promise<void> {
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}

async function canConnect(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
