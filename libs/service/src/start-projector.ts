import {
  closeApp,
  createServiceApp,
  eventLogSettings,
  HealthController,
  MetricsController,
  READINESS_CHECKS,
  SCRAPE,
  serveApiDocument,
  storeSettings,
  tracingSettings,
  urlOf,
  type RunningService,
  type Settings,
} from '#edge';
import { createEventLog } from '#event-log';
import {
  ClickHouseProjectionStateStore,
  ClickHouseProjectionStore,
  migrate,
  SchemaNewerError,
  StoreConnection,
  StoreRetention,
} from '#store';
import {
  createMetrics,
  createProcessMetrics,
  createTracing,
  expose,
  snapshotOf,
  type Logger,
} from '#telemetry';
import { createProjectors, keepStoreRetention, retrying, StateReporter } from '#projection';

const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;

class ProjectorProcess {}

/**
 * Starts a projector by itself: over HTTP it only tells how it is. The log and the store may come later than it; it makes
 * the store's schema, joins the groups and projects as soon as both are there.
 *
 * @param onFailure is called with a failure that trying again cannot mend.
 */
export async function startProjector(
  settings: Settings,
  logger: Logger,
  onFailure: (error: unknown) => void,
): Promise<RunningService> {
  const metrics = createMetrics();
  const processMetrics = createProcessMetrics();
  const tracing = await createTracing(tracingSettings(settings), 'statusledger-projector', logger);
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
  const untilDone = <T>(what: string, attempt: () => Promise<T>) =>
    retrying(attempt, {
      firstDelayMs: FIRST_RETRY_MS,
      maxDelayMs: MAX_RETRY_MS,
      signal: stopping.signal,
      isFinal: (error) => error instanceof SchemaNewerError,
      onFailure: (error, tries) => logger.warn({ err: error, tries }, `${what}; trying again`),
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
  const scrape = async () => {
    await Promise.allSettled(projectors.map((projector) => projector.refreshLagMetrics()));
    return expose(processMetrics, [await snapshotOf(metrics)]);
  };
  const app = await createServiceApp(
    settings,
    {
      module: ProjectorProcess,
      controllers: [HealthController, MetricsController],
      providers: [
        {
          provide: READINESS_CHECKS,
          useValue: { log: () => log.ping(), store: () => connection.rows('SELECT 1').then(() => undefined) },
        },
        { provide: SCRAPE, useValue: scrape },
      ],
    },
    logger,
  );
  serveApiDocument(app);
  await app.listen(settings.PORT, settings.HOST);
  return {
    url: await urlOf(app, settings),
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
