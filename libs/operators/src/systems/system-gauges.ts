import type { SystemsStore, SystemTotals } from '#store';
import { monotonic, wallClock, type Metrics } from '#telemetry';

/** Rests this many times as long as a query took, which uses at most about a twentieth of one connection. */
export const REST_FOR_WORK = 20;
/** The longest rest. The gauges are never older than this plus the time of a query. */
export const MAX_REST_MS = 60_000;

/**
 * The figures of all systems as gauges. Prometheus asks for them far more often than is cheap to compute, so they are
 * cached.
 */
export class SystemGauges {
  private nextAt = -Infinity;
  private running: Promise<void> | undefined;

  /** @param clock a monotonic clock, in milliseconds. */
  constructor(
    private readonly store: Pick<SystemsStore, 'totals'>,
    private readonly metrics: Metrics,
    private readonly now: () => number = wallClock,
    private readonly clock: () => number = monotonic,
  ) {}

  /** Updates the gauges if they are due. Never rejects: while the store does not answer, the gauges are NaN. */
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
