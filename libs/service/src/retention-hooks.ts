import { reportRetention, type RetentionHooks } from '#event-log';
import type { StoreRetention } from '#store';
import type { Logger, Metrics } from '#telemetry';

/** Applies the decision for the log to the store: what the log may forget, the store may too. */
export function retentionHooks(store: StoreRetention, logger: Logger, metrics: Metrics): RetentionHooks {
  return {
    async onRun(run) {
      reportRetention(run, { logger, metrics });
      if (run.decision.kind !== 'approved') return;
      const months = await store.removeExpired(run.decision.cutoff);
      if (run.removed + months.length === 0) return;
      logger.info({ records: run.removed, months }, 'records and rows older than the retention were removed');
    },
    onFailure: (error) => logger.error({ err: error }, 'the retention could not be enforced'),
  };
}
