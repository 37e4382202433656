import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 60_000;

/** Owns all processes and directories of a run, so that none is left however the run ends. */
export class Owned {
  private readonly children = new Set<ChildProcess>();
  private readonly directories: string[] = [];
  private readonly endings: (() => Promise<void>)[] = [];

  directory(): string {
    const directory = mkdtempSync(join(tmpdir(), 'statusledger-bench-'));
    this.directories.push(directory);
    return directory;
  }

  /** Starts a process of `processes/`. @returns the process and its first message. */
  async process<Ready>(name: string, ...args: readonly string[]): Promise<[BenchProcess, Ready]> {
    const file = fileURLToPath(new URL(`./processes/${name}.js`, import.meta.url));
    const child = fork(file, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.keep(child);
    const process = new BenchProcess(child, name);
    return [process, await process.next<Ready>(START_TIMEOUT_MS)];
  }

  /** Starts the built service as a user does, on any free port. */
  service(dataDirectory: string, env: Readonly<Record<string, string>> = {}): Promise<Service> {
    return this.app('standalone', { DATA_DIR: dataDirectory, ...env });
  }

  /** Starts one of the built apps, on any free port. */
  app(name: string, env: Readonly<Record<string, string>>): Promise<Service> {
    return this.program(`dist/apps/${name}/src/main.js`, [], env);
  }

  /** Starts an engine that several processes can share; see `test/support/store/clickhouse-front.ts`. */
  clickHouse(directory: string, port = 0): Promise<Service> {
    return this.program('dist/test/support/store/clickhouse-front.js', [directory, String(port)], {});
  }

  private async program(
    file: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ): Promise<Service> {
    const child = spawn(process.execPath, [resolve(file), ...args], {
      env: { PATH: process.env['PATH'], HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'error', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.keep(child);
    return new Service(child, await servedAt(child));
  }

  /** Registers an ending for something that was started elsewhere. */
  alsoEnd(end: () => Promise<void>): void {
    this.endings.push(end);
  }

  /** Ends all processes that still run, and removes all directories. */
  async release(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    for (const end of this.endings.splice(0)) await end();
    for (const directory of this.directories.splice(0)) {
      rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    }
  }

  private keep(child: ChildProcess): void {
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
  }
}

/** Waits for the URL that the service prints. Later output is read as well, so that its pipe does not fill up. */
function servedAt(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let output = '';
    const timer = setTimeout(() => failed(new Error(`not ready in time:\n${output}`)), START_TIMEOUT_MS);
    child.once('exit', (code) => failed(new Error(`exited with ${code} before it was ready:\n${output}`)));
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = /http:\/\/[^/\s]+/.exec(output)?.[0];
      if (url === undefined) return;
      clearTimeout(timer);
      found(url);
    });
  });
}

/** A process of the bench that receives tasks and sends results as messages. */
export class BenchProcess {
  constructor(
    private readonly child: ChildProcess,
    private readonly name: string,
  ) {}

  get pid(): number {
    return this.child.pid!;
  }

  async ask<Answer>(task: object, withinMs = 600_000): Promise<Answer> {
    const answer = this.next<Answer>(withinMs);
    this.child.send(task);
    return answer;
  }

  async next<Message>(withinMs: number): Promise<Message> {
    const done = new AbortController();
    const signal = AbortSignal.any([done.signal, AbortSignal.timeout(withinMs)]);
    const gone = once(this.child, 'exit', { signal }).then(([code, by]) =>
      Promise.reject(new Error(`${this.name} ended with ${code ?? by} before it answered`)),
    );
    try {
      const [message] = (await Promise.race([once(this.child, 'message', { signal }), gone])) as [
        Message | { failed: string },
      ];
      if (isFailure(message)) throw new Error(`${this.name}: ${message.failed}`);
      return message;
    } finally {
      gone.catch(() => undefined);
      done.abort();
    }
  }

  stop(): Promise<void> {
    return end(this.child, 'SIGTERM');
  }
}

/** The service under test. */
export class Service {
  constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  get pid(): number {
    return this.child.pid!;
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  kill(): Promise<void> {
    return end(this.child, 'SIGKILL');
  }

  stop(): Promise<void> {
    return end(this.child, 'SIGTERM');
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
  child.kill(signal);
  await exited;
}

function isFailure(message: unknown): message is { failed: string } {
  return typeof (message as { failed?: unknown } | null)?.failed === 'string';
}
