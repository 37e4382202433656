import { reportRetention, type RetentionHooks } from '#event-log';
import type { StoreRetention } from '#store';
import type { Logger, Metrics } from '#telemetry';

/** The store follows what was decided for the log: what the log may forget, the store may. */
export function retentionHooks(store: StoreRetention, logger: Logger, metrics: Metrics): RetentionHooks {
  return {
    async onRun(run) {
      reportRetention(run, { logger, metrics });
      if (run.decision.kind !== 'approved') return;
      const months = await store.removeExpired(run.decision.cutoff);
      if (run.removed + months.length === 0) return;
      logger.info({ records: run.removed, months }, 'what is older than the retention was removed');
    },
    onFailure: (error) => logger.error({ err: error }, 'the retention could not be enforced'),
  };
}
