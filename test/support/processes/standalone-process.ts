import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { storeEnvironment } from '../store/store-under-test.js';

const MAIN = resolve('dist/apps/standalone/src/main.js');
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 60_000;

export interface StandaloneOptions {
  /** Variables that override the defaults of a test: any free port, its own data directory, a quiet log. */
  readonly env?: Readonly<Record<string, string>>;
  /** The data directory; a new temporary one unless given. */
  readonly dataDirectory?: string;
}

/** A directory that is removed by {@link removeTemporaryDirectories}. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'statusledger-test-'));
  directories.push(directory);
  return directory;
}

export function removeTemporaryDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

const directories: string[] = [];

/** The built standalone service as a process, as a user starts it. */
export class StandaloneProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly dataDirectory: string,
    private readonly output: () => string,
    private readonly errors: () => string,
  ) {}

  /** Starts the service and waits until it prints its URL. @throws with its output if it does not. */
  static async start({ env = {}, dataDirectory = temporaryDirectory() }: StandaloneOptions = {}) {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env['PATH'],
        HOST: '127.0.0.1',
        PORT: '0',
        ...storeEnvironment(dataDirectory),
        LOG_LEVEL: 'error',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    const url = await new Promise<string>((resolveUrl, reject) => {
      const timer = setTimeout(() => reject(new Error(`not ready in time:\n${output}`)), START_TIMEOUT_MS);
      const read = (chunk: Buffer) => {
        output += chunk.toString();
        const found = /GET {2}(https?:\/\/\S+?)\/online/.exec(output);
        if (found === null) return;
        clearTimeout(timer);
        resolveUrl(found[1]!);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      child.once('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`exited with ${code} before it was ready:\n${output}`));
      });
    });
    return new StandaloneProcess(
      child,
      url,
      dataDirectory,
      () => output,
      () => errors,
    );
  }

  /** All that the service has printed so far, on both streams. */
  get printed(): string {
    return this.output();
  }

  /** All that it has printed so far on standard error, which is its log. */
  get log(): string {
    return this.errors();
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Stops the service as an operator would. @returns its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    return this.end(signal);
  }

  /** Kills it without a chance to clean up. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return this.child.exitCode;
    const exited = once(this.child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
    this.child.kill(signal);
    await exited;
    return this.child.exitCode;
  }
}
