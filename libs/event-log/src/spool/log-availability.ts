import type { LogUnavailableError } from '../log-errors.js';

/** Whether the log behind the spool can be reached, as far as the last attempt showed. */
export class LogAvailability {
  private reason: LogUnavailableError | undefined;

  /** @param onChange called with the reason when the log becomes unavailable, and with `undefined` when it is back. */
  constructor(private readonly onChange: (reason: LogUnavailableError | undefined) => void) {}

  get isAway(): boolean {
    return this.reason !== undefined;
  }

  markAway(reason: LogUnavailableError): void {
    const isNews = !this.isAway;
    this.reason = reason;
    if (isNews) this.onChange(reason);
  }

  markBack(): void {
    if (!this.isAway) return;
    this.reason = undefined;
    this.onChange(undefined);
  }
}
