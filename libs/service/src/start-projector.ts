import { closeApp, eventLogSettings, storeSettings, type RunningService, type Settings } from '#edge';
import { createEventLog } from '#event-log';
import { createProjectors, keepStoreRetention, StateReporter } from '#projection';
import {
  ClickHouseProjectionStateStore,
  ClickHouseProjectionStore,
  migrate,
  SchemaNewerError,
  StoreConnection,
  StoreRetention,
} from '#store';
import type { Logger } from '#telemetry';
import { retryUntilDone } from './retry-until-done.js';
import { createApp, createTelemetry, listen } from './service-parts.js';

class ProjectorProcess {}

/**
 * Starts a projector by itself; over HTTP it only reports how it is. The log and the store may start after it: once both
 * can be reached, it creates the store's schema, joins the groups and projects.
 *
 * @param onFailure is called with a failure that a retry cannot mend.
 */
export async function startProjector(
  settings: Settings,
  logger: Logger,
  onFailure: (error: unknown) => void,
): Promise<RunningService> {
  const telemetry = await createTelemetry(settings, logger, { service: 'statusledger-projector' });
  const { metrics, tracing } = telemetry;
  const log = createEventLog(eventLogSettings(settings));
  const connection = StoreConnection.open(storeSettings(settings));
  const database = settings.CLICKHOUSE_DATABASE;
  const reporter = new StateReporter(new ClickHouseProjectionStateStore(connection, database), logger);
  const projectors = createProjectors({
    onState: (topic, state, partitions) => reporter.report(topic, partitions, state),
    log,
    store: new ClickHouseProjectionStore(connection, database),
    rules: { stateMaxAgeMs: settings.STATE_MAX_AGE_SECONDS * 1000 },
    metrics,
    logger,
    tracing,
  });
  const stopping = new AbortController();
  const untilDone = <T>(failed: string, attempt: () => Promise<T>) =>
    retryUntilDone(attempt, {
      signal: stopping.signal,
      isFinal: (error) => error instanceof SchemaNewerError,
      onFailure: (error, tries) => logger.warn({ err: error, tries }, `${failed}; trying again`),
    });
  let endRetention = async () => {};
  const begin = async () => {
    await untilDone('the store cannot be prepared', () =>
      migrate(connection, { database, retentionDays: settings.RETENTION_DAYS }),
    );
    const oldRows = new StoreRetention(connection, database);
    endRetention = keepStoreRetention(oldRows, eventLogSettings(settings).retentionMs, { logger, metrics });
    for (const projector of projectors) {
      await untilDone('the event log cannot be joined', () => projector.start());
    }
  };
  const begun = begin().catch((error: unknown) => {
    if (!stopping.signal.aborted) onFailure(error);
  });
  const app = await createApp(settings, logger, {
    module: ProjectorProcess,
    checks: { log: () => log.ping(), store: () => connection.rows('SELECT 1').then(() => undefined) },
    scrape: async () => {
      await Promise.allSettled(projectors.map((projector) => projector.refreshLagMetrics()));
      return telemetry.exposition();
    },
  });
  const url = await listen(app, settings);
  return {
    url,
    async stop() {
      stopping.abort();
      await closeApp(app);
      await begun;
      await endRetention();
      for (const projector of projectors) await projector.stop();
      await reporter.close();
      await log.close();
      await connection.close();
      await tracing?.close();
    },
  };
}
