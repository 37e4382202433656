import {
  answerRules,
  closeApp,
  createServiceApp,
  eventLogSettings,
  HealthController,
  MetricsController,
  READINESS_CHECKS,
  SCRAPE,
  serveApiDocument,
  storeSettings,
  systemRules,
  urlOf,
  timeLimits,
  traceRequests,
  tracingSettings,
  type RunningService,
  type Settings,
} from '#edge';
import { createReceivingLog, keepRetention, Topic, withTracing } from '#event-log';
import { ClickHouseQueryStore, ClickHouseSystemsStore, migrate, opsStores, StoreConnection } from '#store';
import {
  createMetrics,
  createProcessMetrics,
  createTracing,
  expose,
  snapshotOf,
  type Logger,
} from '#telemetry';
import { tellOutage } from '../../receiver/src/tell-outage.js';
import { OpsModule } from '../../ops/src/ops.module.js';
import { QueryModule } from '../../query/src/query.module.js';
import { SystemGauges } from '../../query/src/system-gauges.js';
import { ReceiverModule, registerIngestionHooks } from '../../receiver/src/receiver.module.js';
import { resubmission } from '../../receiver/src/resubmission.js';
import { ProjectionHandle } from './projection-handle.js';

/** At shut-down, what is in the log is projected for this long at most; the rest goes on at the next start. */
export const DRAIN_MS = 3_000;

/**
 * Starts receiver, projector and query in this process, on the embedded log and the store of the settings.
 *
 * @param onFailure is told of a failure after which the service cannot go on.
 */
export async function startStandalone(
  settings: Settings,
  logger: Logger,
  onFailure: (error: unknown) => void,
): Promise<RunningService> {
  const metrics = createMetrics();
  const processMetrics = createProcessMetrics(settings.DATA_DIR);
  const tracing = await createTracing(tracingSettings(settings), 'statusledger', logger);
  const { log, spooledRecords } = createReceivingLog(eventLogSettings(settings), (away) =>
    tellOutage(logger, away),
  );
  const connection = StoreConnection.open(storeSettings(settings), { questions: true });
  const database = settings.CLICKHOUSE_DATABASE;
  await migrate(connection, { database, retentionDays: settings.RETENTION_DAYS });
  const queries = new ClickHouseQueryStore(connection, { database, ...answerRules(settings) });
  const systems = new ClickHouseSystemsStore(connection, { database, ...systemRules(settings) });
  const gauges = new SystemGauges(systems, metrics);
  const projection = await ProjectionHandle.start(settings, onFailure);
  const scrape = async () => {
    metrics.spoolEvents.set(await spooledRecords());
    metrics.activeAgents.set(await queries.countActiveAgents(Date.now()));
    await gauges.refresh();
    return expose(processMetrics, [await snapshotOf(metrics), await projection.snapshot()]);
  };

  const app = await createServiceApp(
    settings,
    {
      module: StandaloneModule,
      imports: [
        ReceiverModule.with({
          log: withTracing(log, tracing),
          metrics,
          logger,
          limits: timeLimits(settings),
        }),
        QueryModule.with({
          store: queries,
          systems,
          metrics,
          logger,
          defaultSystemId: settings.DEFAULT_SYSTEM_ID,
        }),
        OpsModule.with({
          ...opsStores(connection, { database, ...answerRules(settings) }),
          limits: timeLimits(settings),
          resubmitting: {
            submit: resubmission({ log, metrics, limits: timeLimits(settings) }),
            mark: (record) => log.append(Topic.deadLetter, [record]),
          },
        }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: READINESS_CHECKS, useValue: { log: () => log.ping(), store: () => queries.ping() } },
        { provide: SCRAPE, useValue: scrape },
      ],
    },
    logger,
    [registerIngestionHooks, ...(tracing === undefined ? [] : [traceRequests(tracing)])],
  );
  const endRetention = keepRetention(log, (error) =>
    logger.error({ err: error }, 'the retention could not be enforced'),
  );
  serveApiDocument(app);
  await app.listen(settings.PORT, settings.HOST);

  return {
    url: await urlOf(app, settings),
    async stop() {
      endRetention();
      await closeApp(app);
      const drained = await projection.drain(DRAIN_MS);
      if (!drained) logger.warn('not all of the log is projected yet; the next start goes on');
      await projection.stop();
      await log.close();
      await tracing?.close();
      await connection.close();
    },
  };
}

class StandaloneModule {}
