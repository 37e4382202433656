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
  timeLimits,
  traceRequests,
  tracingSettings,
  urlOf,
  type RunningService,
  type Settings,
} from '#edge';
import { createEventLog, Topic } from '#event-log';
import {
  ClickHouseProjectionStateStore,
  ClickHouseQueryStore,
  ClickHouseSystemsStore,
  opsStores,
  refuseNewerSchema,
  SchemaNewerError,
  StoreAudits,
  StoreConnection,
} from '#store';
import {
  createMetrics,
  createProcessMetrics,
  createTracing,
  expose,
  snapshotOf,
  type Logger,
  wallClock,
} from '#telemetry';
import { OpsModule, SelfAudit, SystemGauges } from '#operators';
import { loggedEvents, SURELY_PROJECTED_MS, retrying } from '#projection';
import { registerIngestionHooks } from '#ingestion/http';
import { resubmission } from '#ingestion';
import { ProjectionGate, watchProjection, QueryModule } from '#answers';

class QueryProcess {}

const FIRST_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;

/**
 * Starts the queries by themselves. The store's schema is the projectors' to make, and the store may come later.
 *
 * @param onFailure is called if the store turns out to have a newer schema than this program knows.
 */
export async function startQuery(
  settings: Settings,
  logger: Logger,
  onFailure: (error: unknown) => void,
): Promise<RunningService> {
  const metrics = createMetrics();
  const processMetrics = createProcessMetrics();
  const tracing = await createTracing(tracingSettings(settings), 'statusledger-query', logger);
  const connection = StoreConnection.open(storeSettings(settings), { questions: true });
  const store = new ClickHouseQueryStore(connection, {
    database: settings.CLICKHOUSE_DATABASE,
    ...answerRules(settings),
  });
  const systems = new ClickHouseSystemsStore(connection, {
    database: settings.CLICKHOUSE_DATABASE,
    ...systemRules(settings),
  });
  const gauges = new SystemGauges(systems, metrics);
  const gate = new ProjectionGate(Object.values(Topic), Topic.deadLetter);
  const states = new ClickHouseProjectionStateStore(connection, settings.CLICKHOUSE_DATABASE);
  const endWatch = watchProjection(states, gate);
  // An embedded log of this process would be written by nobody.
  const log = settings.KAFKA_BROKERS === undefined ? undefined : createEventLog(eventLogSettings(settings));
  const auditing = StoreConnection.open(storeSettings(settings));
  const audits = new StoreAudits(auditing, {
    ...auditRules(settings),
    ...(log === undefined
      ? {}
      : { logged: () => loggedEvents(log, { appendedBefore: wallClock() - SURELY_PROJECTED_MS }) }),
  });
  const selfAudit = new SelfAudit({
    ...{ audits, metrics, logger },
    intervalSeconds: settings.SELF_AUDIT_INTERVAL,
  });
  const stopping = new AbortController();
  const schemaIsKnown = retrying(() => refuseNewerSchema(connection, settings.CLICKHOUSE_DATABASE), {
    firstDelayMs: FIRST_RETRY_MS,
    maxDelayMs: MAX_RETRY_MS,
    signal: stopping.signal,
    isFinal: (error) => error instanceof SchemaNewerError,
    onFailure: (error, tries) =>
      logger.warn({ err: error, tries }, 'the version of the store cannot be read; trying again'),
  }).catch((error: unknown) => {
    if (!stopping.signal.aborted) onFailure(error);
  });
  const limits = timeLimits(settings);
  const scrape = async () => {
    // A store that is away must not hide how the process is.
    const active = await store.countActiveAgents(wallClock()).catch(() => undefined);
    if (active !== undefined) metrics.activeAgents.set(active);
    await gauges.refresh();
    return expose(processMetrics, [await snapshotOf(metrics)]);
  };
  const app = await createServiceApp(
    settings,
    {
      module: QueryProcess,
      imports: [
        QueryModule.register({ store, metrics, logger, defaultSystemId: settings.DEFAULT_SYSTEM_ID }),
        OpsModule.register({
          ...opsStores(connection, { database: settings.CLICKHOUSE_DATABASE, ...answerRules(settings) }),
          ...{ audits, systems, metrics, logger },
          limits,
          resubmitting: log && {
            submit: resubmission({ log, metrics, limits }),
            mark: (record) => log.append(Topic.deadLetter, [record]),
          },
        }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        {
          provide: READINESS_CHECKS,
          useValue: { store: () => store.ping(), projection: answersAreComplete(gate, false) },
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
  serveApiDocument(app);
  await app.listen(settings.PORT, settings.HOST);
  selfAudit.start();
  return {
    url: await urlOf(app, settings),
    async stop() {
      stopping.abort();
      await closeApp(app);
      await endWatch();
      await schemaIsKnown;
      await selfAudit.stop();
      await audits.stop();
      await auditing.close();
      await log?.close();
      await connection.close();
      await tracing?.close();
    },
  };
}
