import type { Scheduler } from './scheduler.js';

/** When runs begin, by correct clocks: 2026-03-02T08:00:00Z. */
export const EPOCH_MS = Date.UTC(2026, 2, 2, 8);

/** A machine's wall clock. It runs as fast as simulated time, and may be set. */
export class SimulatedClock {
  /** How far it is ahead of the correct time. */
  private aheadMs = 0;

  constructor(private readonly scheduler: Scheduler) {}

  /** The machine's time, in milliseconds since the Unix epoch. */
  readonly now = (): number => Math.floor(this.right + this.aheadMs);

  /** The time on a clock that was never wrong. */
  get right(): number {
    return EPOCH_MS + this.scheduler.monotonic;
  }

  jump(ms: number): void {
    this.aheadMs += ms;
  }

  setRight(): void {
    this.aheadMs = 0;
  }
}
