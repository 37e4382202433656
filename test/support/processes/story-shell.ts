import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';

const END = '\u001e';

/** A shell that runs the commands of a document one after another, as a reader would. */
export class StoryShell {
  private readonly bash: ChildProcessWithoutNullStreams;
  private printed = '';
  private onPrinted: () => void = () => undefined;

  constructor({ directory, env = {} }: { directory: string; env?: Readonly<Record<string, string>> }) {
    this.bash = spawn('bash', [], {
      cwd: directory,
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    });
    for (const stream of [this.bash.stdout, this.bash.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.printed += chunk.toString();
        this.onPrinted();
      });
    }
  }

  /** Runs the commands and waits for their end. @returns all that they printed. */
  async run(commands: string): Promise<string> {
    this.printed = '';
    const ended = new Promise<void>((resolve) => {
      this.onPrinted = () => this.printed.includes(END) && resolve();
    });
    // The commands must not read later commands as their input.
    this.bash.stdin.write(`{\n${commands}\n} </dev/null\nprintf '\\036'\n`);
    await ended;
    return this.printed.slice(0, this.printed.indexOf(END));
  }

  async end(): Promise<void> {
    const exited = once(this.bash, 'exit');
    this.bash.stdin.end();
    await exited;
  }
}
