import { ExitCode } from './exit-code.js';
import { endBySignal, onSignals } from './on-signals.js';

/**
 * What happens when a user presses Ctrl+C, or something sends SIGTERM: the program says what was done and how to go on, and
 * ends with 130. A second signal ends it without a word.
 */
export class Interruption {
  /** Printed when the program is interrupted: what was done, and how to go on. */
  advice: () => string = () => 'Run the same command again.';
  private readonly stopping = new AbortController();
  private isGraceful = false;
  private isInterrupted = false;

  private constructor(private readonly end: (text: string) => void) {}

  /** Listens to the signals of this process. */
  static ofProcess(): Interruption {
    const interruption = new Interruption((text) =>
      process.stderr.write(text, () => process.exit(ExitCode.interrupted)),
    );
    // Progress bars listen to the signals too, and clear up first.
    onSignals((signal) => setImmediate(() => interruption.interrupt(signal)));
    return interruption;
  }

  /**
   * From now on the command stops by itself once the signal aborts, at a place where nothing has to be done twice. Without
   * this call it ends at once.
   */
  stopGracefully(): AbortSignal {
    this.isGraceful = true;
    return this.stopping.signal;
  }

  /** Whether the error is how a command stopped because it was interrupted. */
  isCauseOf(error: unknown): boolean {
    return this.stopping.signal.aborted && error === this.stopping.signal.reason;
  }

  /** Says how to go on, and ends the process. */
  conclude(): void {
    this.end(`Interrupted. ${this.advice()}\n`);
  }

  private interrupt(signal: NodeJS.Signals): void {
    if (this.isInterrupted) return endBySignal(signal);
    this.isInterrupted = true;
    if (!this.isGraceful) return this.conclude();
    process.stderr.write(`${signal}: finishing what is under way; Ctrl+C again ends at once.\n`);
    this.stopping.abort();
  }
}
