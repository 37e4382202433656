import {
  answersAreComplete,
  closeApp,
  refuseIncompleteAnswers,
  storeSettings,
  type RunningService,
  type Settings,
} from '#edge';
import { keepRetention } from '#event-log';
import { registerIngestionHooks } from '#ingestion/http';
import { migrate, StoreConnection, StoreRetention } from '#store';
import { wallClock, type Logger } from '#telemetry';
import {
  createAnsweringStores,
  createAuditing,
  createProjectionGate,
  operatorsModule,
  queryModule,
} from './answering-parts.js';
import { ProjectionHandle } from './projection-handle.js';
import { openReceivingLog, receiverModule } from './receiving-parts.js';
import { retentionHooks } from './retention-hooks.js';
import { createApp, createTelemetry, listen, requestTracing } from './service-parts.js';

/** On shutdown, the log is projected for at most this long; the next start projects the rest. */
export const DRAIN_MS = 3_000;

class StandaloneProcess {}

/**
 * Starts receiver, projector and query in this process, on the embedded log and the store of the settings.
 *
 * @param onFailure is called with a failure after which the service cannot go on.
 */
export async function startStandalone(
  settings: Settings,
  logger: Logger,
  onFailure: (error: unknown) => void,
): Promise<RunningService> {
  const telemetry = await createTelemetry(settings, logger, {
    service: 'statusledger',
    dataDirectory: settings.DATA_DIR,
  });
  const { metrics, tracing } = telemetry;
  const { appender, reader, spooledRecords } = openReceivingLog(settings, logger);
  const connection = StoreConnection.open(storeSettings(settings), { questions: true });
  const database = settings.CLICKHOUSE_DATABASE;
  await migrate(connection, { database, retentionDays: settings.RETENTION_DAYS });
  const stores = createAnsweringStores(settings, connection, telemetry);
  const auditing = createAuditing(settings, reader, telemetry);
  const gate = createProjectionGate();
  const projection = await ProjectionHandle.start(settings, onFailure, (topic, state) =>
    gate.takeOne(topic, state),
  );
  const app = await createApp(settings, logger, {
    module: StandaloneProcess,
    imports: [
      receiverModule(settings, appender, telemetry),
      queryModule(settings, stores, telemetry),
      operatorsModule(settings, { connection, stores, auditing, log: appender }, telemetry),
    ],
    checks: {
      log: () => appender.ping(),
      store: () => stores.queries.ping(),
      // It takes events all the same, so senders should stay.
      projection: answersAreComplete(gate, true),
    },
    scrape: async () => {
      metrics.spoolEvents.set(await spooledRecords());
      metrics.activeAgents.set(await stores.queries.countActiveAgents(wallClock()));
      await stores.gauges.refresh();
      return telemetry.exposition([await projection.snapshot()]);
    },
    extensions: [registerIngestionHooks, refuseIncompleteAnswers(gate), ...requestTracing(tracing)],
  });
  const oldRows = new StoreRetention(connection, database);
  const endRetention = keepRetention(reader, retentionHooks(oldRows, logger, metrics));
  const url = await listen(app, settings);
  auditing.selfAudit.start();
  return {
    url,
    async stop() {
      await closeApp(app);
      await endRetention();
      await auditing.stop();
      const drained = await projection.drain(DRAIN_MS);
      if (!drained) logger.warn('not all of the log is projected yet; the next start continues');
      // Before the projection's thread ends: the engine (chdb 3.4.0) then closes every connection of the process.
      await connection.close();
      await projection.stop();
      await appender.close();
      await tracing?.close();
    },
  };
}
