import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const MAIN = resolve('dist/apps/maintenance/src/import.js');

export interface ImportOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of the built import command. */
export class ImportProcess {
  private readonly child: ChildProcess;
  private stdout = '';
  private stderr = '';
  private readonly closed: Promise<unknown>;

  constructor(dataDirectory: string, args: readonly string[], input: string | Buffer = '') {
    const env = { PATH: process.env['PATH'], DATA_DIR: dataDirectory };
    this.child = spawn(process.execPath, [MAIN, ...args], { env, stdio: 'pipe' });
    this.child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    // A command that needs no more input does not read to the end.
    this.child.stdin!.on('error', () => undefined).end(input);
    this.closed = once(this.child, 'close');
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Kills it without a chance to clean up. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }

  /** Ends it as a user does with Ctrl+C. */
  interrupt(): Promise<ImportOutcome> {
    this.child.kill('SIGINT');
    return this.outcome();
  }

  async outcome(): Promise<ImportOutcome> {
    await this.closed;
    return { code: this.child.exitCode, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Runs an import to its end. */
export function runImport(
  dataDirectory: string,
  args: readonly string[],
  input?: string | Buffer,
): Promise<ImportOutcome> {
  return new ImportProcess(dataDirectory, args, input).outcome();
}
