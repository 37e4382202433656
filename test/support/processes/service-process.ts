import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 60_000;

/** One of our built programs as a process that prints its URL on standard output. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly printed: () => string,
  ) {}

  /** Starts one of the apps, on any free port unless `env` says otherwise. */
  static app(
    name: 'receiver' | 'projector' | 'query',
    env: Readonly<Record<string, string>>,
  ): Promise<ServiceProcess> {
    return ServiceProcess.start(resolve(`dist/apps/${name}/src/main.js`), [], {
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'error',
      ...env,
    });
  }

  /** Starts an engine that several processes can share; see `clickhouse-front.ts`. */
  static clickHouse(directory: string, port = 0): Promise<ServiceProcess> {
    return ServiceProcess.start(
      resolve('dist/test/support/store/clickhouse-front.js'),
      [directory, String(port)],
      {},
    );
  }

  private static async start(file: string, args: readonly string[], env: Readonly<Record<string, string>>) {
    const child = spawn(process.execPath, [file, ...args], {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const read = (chunk: Buffer) => (output += chunk.toString());
    child.stderr.on('data', read);
    const url = await new Promise<string>((found, failed) => {
      const fail = (why: string) => {
        clearTimeout(timer);
        failed(new Error(`${file} ${why}:\n${output}`));
      };
      const timer = setTimeout(() => fail('did not print its URL'), START_TIMEOUT_MS);
      child.once('exit', (code) => fail(`ended with ${code}`));
      child.stdout.on('data', (chunk: Buffer) => {
        read(chunk);
        const address = /https?:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
        if (address === undefined) return;
        clearTimeout(timer);
        found(address);
      });
    });
    return new ServiceProcess(child, url, () => output);
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** All that it has printed so far, on both streams. */
  get output(): string {
    return this.printed();
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.child.kill(signal);
  }

  /** Signals it and waits for its end. @returns its exit code, or `null` if it died of the signal. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<number | null> {
    if (!this.running) return this.child.exitCode;
    const exited = once(this.child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
    this.child.kill('SIGCONT');
    this.child.kill(signal);
    await exited;
    return this.child.exitCode;
  }
}
