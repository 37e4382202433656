import { everyHour, reportRetention } from '#event-log';
import type { StoreRetention } from '#store';
import { wallClock, type Logger, type Metrics } from '#telemetry';

/**
 * Removes expired rows from the store of a cluster, now and every hour. Kafka removes its own records, so the policy looks
 * at the store alone. Several projectors may do it at once. @returns a function that ends it after the run under way.
 */
export function keepStoreRetention(
  store: StoreRetention,
  retentionMs: number,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): () => Promise<void> {
  const run = async () => {
    const { findings, decision, months } = await store.run(wallClock(), retentionMs);
    reportRetention({ findings, decision }, { logger, metrics });
    const isRemoved = decision.kind === 'approved' && months.length > 0;
    if (isRemoved) logger.info({ months }, 'rows older than the retention were removed from the store');
  };
  return everyHour(run, (error) => logger.error({ err: error }, 'the retention could not be enforced'));
}
