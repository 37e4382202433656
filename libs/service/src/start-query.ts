import {
  answersAreComplete,
  closeApp,
  eventLogSettings,
  refuseIncompleteAnswers,
  storeSettings,
  type RunningService,
  type Settings,
} from '#edge';
import { watchProjection } from '#answers';
import { createEventLog } from '#event-log';
import { registerIngestionHooks } from '#ingestion/http';
import { ClickHouseProjectionStateStore, refuseNewerSchema, SchemaNewerError, StoreConnection } from '#store';
import { wallClock, type Logger } from '#telemetry';
import {
  createAnsweringStores,
  createAuditing,
  createProjectionGate,
  operatorsModule,
  queryModule,
} from './answering-parts.js';
import { retryUntilDone } from './retry-until-done.js';
import { createApp, createTelemetry, listen, requestTracing } from './service-parts.js';

class QueryProcess {}

/**
 * Starts the queries by themselves. Projectors create the store's schema, and the store may start after this program.
 *
 * @param onFailure is called if the store turns out to have a newer schema than this program knows.
 */
export async function startQuery(
  settings: Settings,
  logger: Logger,
  onFailure: (error: unknown) => void,
): Promise<RunningService> {
  const telemetry = await createTelemetry(settings, logger, { service: 'statusledger-query' });
  const { metrics, tracing } = telemetry;
  const connection = StoreConnection.open(storeSettings(settings), { questions: true });
  const database = settings.CLICKHOUSE_DATABASE;
  const stores = createAnsweringStores(settings, connection, telemetry);
  const gate = createProjectionGate();
  const endWatch = watchProjection(new ClickHouseProjectionStateStore(connection, database), gate);
  // Nobody would write to an embedded log of this process.
  const log = settings.KAFKA_BROKERS === undefined ? undefined : createEventLog(eventLogSettings(settings));
  const auditing = createAuditing(settings, log, telemetry);
  const stopping = new AbortController();
  const schemaIsKnown = retryUntilDone(() => refuseNewerSchema(connection, database), {
    signal: stopping.signal,
    isFinal: (error) => error instanceof SchemaNewerError,
    onFailure: (error, tries) =>
      logger.warn({ err: error, tries }, 'the version of the store cannot be read; trying again'),
  }).catch((error: unknown) => {
    if (!stopping.signal.aborted) onFailure(error);
  });
  const app = await createApp(settings, logger, {
    module: QueryProcess,
    imports: [
      queryModule(settings, stores, telemetry),
      operatorsModule(settings, { connection, stores, auditing, log }, telemetry),
    ],
    checks: { store: () => stores.queries.ping(), projection: answersAreComplete(gate, false) },
    scrape: async () => {
      // A store that is away must not hide how the process is.
      const active = await stores.queries.countActiveAgents(wallClock()).catch(() => undefined);
      if (active !== undefined) metrics.activeAgents.set(active);
      await stores.gauges.refresh();
      return telemetry.exposition();
    },
    extensions: [registerIngestionHooks, refuseIncompleteAnswers(gate), ...requestTracing(tracing)],
  });
  const url = await listen(app, settings);
  auditing.selfAudit.start();
  return {
    url,
    async stop() {
      stopping.abort();
      await closeApp(app);
      await endWatch();
      await schemaIsKnown;
      await auditing.stop();
      await log?.close();
      await connection.close();
      await tracing?.close();
    },
  };
}
