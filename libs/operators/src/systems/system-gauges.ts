import type { SystemsStore, SystemTotals } from '#store';
import { monotonic, wallClock, type Metrics } from '#telemetry';

/** The gauges are asked for again so many times later than it took to answer: a twentieth of one lane at most. */
export const REST_FOR_WORK = 20;
/** Even if it takes long, they are not older than this, plus the time that it takes. */
export const MAX_REST_MS = 60_000;

/** The figures of all systems as gauges, which are asked for far more often than it would be cheap to compute them. */
export class SystemGauges {
  private nextAt = -Infinity;
  private running: Promise<void> | undefined;

  /** @param clock of what lasts, in milliseconds. */
  constructor(
    private readonly store: Pick<SystemsStore, 'totals'>,
    private readonly metrics: Metrics,
    private readonly now: () => number = wallClock,
    private readonly clock: () => number = monotonic,
  ) {}

  /** Brings the gauges up to date if it is time to. Never rejects: gauges of which nothing is known are not numbers. */
  async refresh(): Promise<void> {
    if (this.running === undefined && this.clock() >= this.nextAt) {
      this.running = this.compute().finally(() => (this.running = undefined));
    }
    await this.running;
  }

  private async compute(): Promise<void> {
    const startedAt = this.clock();
    this.show(await this.store.totals(this.now()).catch(() => undefined));
    const took = this.clock() - startedAt;
    this.nextAt = this.clock() + Math.min(took * REST_FOR_WORK, MAX_REST_MS);
  }

  private show(totals: SystemTotals | undefined): void {
    const { metrics } = this;
    metrics.unaccountedEvents.set(totals?.unaccountedEvents ?? NaN);
    metrics.unreconciledSystems.set(totals?.unreconciledSystems ?? NaN);
    metrics.silentSystems.set(totals?.silentSystems ?? NaN);
    metrics.unmappedAgents.set(totals?.unmappedAgents ?? NaN);
  }
}
