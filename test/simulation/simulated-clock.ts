import type { Scheduler } from './scheduler.js';

/** When runs begin, by clocks that are right: 2026-03-02T08:00:00Z. */
export const EPOCH_MS = Date.UTC(2026, 2, 2, 8);

/** A machine's wall clock. It goes as fast as the time does, and may be set. */
export class SimulatedClock {
  /** How far it is ahead of the right time. */
  private aheadMs = 0;

  constructor(private readonly scheduler: Scheduler) {}

  /** Milliseconds since the Unix epoch, as the machine has them. */
  readonly now = (): number => Math.floor(this.right + this.aheadMs);

  /** What a clock that was never wrong shows. */
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
