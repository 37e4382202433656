import {
  answerRules,
  answersAreComplete,
  auditRules,
  closeApp,
  createServiceApp,
  eventLogSettings,
  HealthController,
  MetricsController,
  READINESS_CHECKS,
  refuseIncompleteAnswers,
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
import {
  ClickHouseQueryStore,
  ClickHouseSystemsStore,
  migrate,
  opsStores,
  StoreAudits,
  StoreConnection,
  StoreRetention,
} from '#store';
import {
  createMetrics,
  createProcessMetrics,
  createTracing,
  expose,
  snapshotOf,
  wallClock,
  type Logger,
} from '#telemetry';
import { loggedEvents, SURELY_PROJECTED_MS } from '#projection';
import { logSpoolTransition, resubmission } from '#ingestion';
import { OpsModule, SelfAudit, SystemGauges } from '#operators';
import { ProjectionGate, QueryModule } from '#answers';
import { ReceiverModule, registerIngestionHooks } from '#ingestion/http';
import { ProjectionHandle } from './projection-handle.js';
import { retentionHooks } from './retention-hooks.js';

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
    logSpoolTransition(logger, away),
  );
  const connection = StoreConnection.open(storeSettings(settings), { questions: true });
  const database = settings.CLICKHOUSE_DATABASE;
  await migrate(connection, { database, retentionDays: settings.RETENTION_DAYS });
  const queries = new ClickHouseQueryStore(connection, { database, ...answerRules(settings) });
  const systems = new ClickHouseSystemsStore(connection, { database, ...systemRules(settings) });
  const gauges = new SystemGauges(systems, metrics);
  const auditing = StoreConnection.open(storeSettings(settings));
  const audits = new StoreAudits(auditing, {
    ...auditRules(settings),
    logged: () => loggedEvents(log, { appendedBefore: wallClock() - SURELY_PROJECTED_MS }),
  });
  const selfAudit = new SelfAudit({
    ...{ audits, metrics, logger },
    intervalSeconds: settings.SELF_AUDIT_INTERVAL,
  });
  const gate = new ProjectionGate(Object.values(Topic), Topic.deadLetter);
  const projection = await ProjectionHandle.start(settings, onFailure, (topic, state) =>
    gate.takeOne(topic, state),
  );
  const scrape = async () => {
    metrics.spoolEvents.set(await spooledRecords());
    metrics.activeAgents.set(await queries.countActiveAgents(wallClock()));
    await gauges.refresh();
    return expose(processMetrics, [await snapshotOf(metrics), await projection.snapshot()]);
  };

  const app = await createServiceApp(
    settings,
    {
      module: StandaloneModule,
      imports: [
        ReceiverModule.register({
          log: withTracing(log, tracing),
          metrics,
          logger,
          limits: timeLimits(settings),
        }),
        QueryModule.register({
          store: queries,
          metrics,
          logger,
          defaultSystemId: settings.DEFAULT_SYSTEM_ID,
        }),
        OpsModule.register({
          ...opsStores(connection, { database, ...answerRules(settings) }),
          ...{ audits, systems, metrics, logger },
          limits: timeLimits(settings),
          resubmitting: {
            submit: resubmission({ log, metrics, limits: timeLimits(settings) }),
            mark: (record) => log.append(Topic.deadLetter, [record]),
          },
        }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        {
          provide: READINESS_CHECKS,
          useValue: {
            log: () => log.ping(),
            store: () => queries.ping(),
            // It takes events all the same: nobody should send them elsewhere.
            projection: answersAreComplete(gate, true),
          },
        },
        { provide: SCRAPE, useValue: scrape },
      ],
    },
    logger,
    [
      registerIngestionHooks,
      refuseIncompleteAnswers(gate),
      ...(tracing === undefined ? [] : [traceRequests(tracing)]),
    ],
  );
  const oldRows = new StoreRetention(connection, database);
  const endRetention = keepRetention(log, retentionHooks(oldRows, logger, metrics));
  serveApiDocument(app);
  await app.listen(settings.PORT, settings.HOST);
  selfAudit.start();

  return {
    url: await urlOf(app, settings),
    async stop() {
      await closeApp(app);
      await endRetention();
      await selfAudit.stop();
      await audits.stop();
      await auditing.close();
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
