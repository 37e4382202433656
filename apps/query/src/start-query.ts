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
  timeLimits,
  traceRequests,
  tracingSettings,
  urlOf,
  type RunningService,
  type Settings,
} from '#edge';
import { createEventLog, Topic } from '#event-log';
import { ClickHouseQueryStore, ClickHouseSystemsStore, opsStores, StoreConnection } from '#store';
import {
  createMetrics,
  createProcessMetrics,
  createTracing,
  expose,
  snapshotOf,
  type Logger,
} from '#telemetry';
import { OpsModule } from '../../ops/src/ops.module.js';
import { registerIngestionHooks } from '../../receiver/src/receiver.module.js';
import { resubmission } from '../../receiver/src/resubmission.js';
import { QueryModule } from './query.module.js';
import { SystemGauges } from './system-gauges.js';

class QueryProcess {}

/** Starts the queries by themselves. The store's schema is the projectors' to make. */
export async function startQuery(settings: Settings, logger: Logger): Promise<RunningService> {
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
  // An embedded log of this process would be read by nobody.
  const log = settings.KAFKA_BROKERS === undefined ? undefined : createEventLog(eventLogSettings(settings));
  const limits = timeLimits(settings);
  const scrape = async () => {
    // A store that is away must not hide how the process is.
    const active = await store.countActiveAgents(Date.now()).catch(() => undefined);
    if (active !== undefined) metrics.activeAgents.set(active);
    await gauges.refresh();
    return expose(processMetrics, [await snapshotOf(metrics)]);
  };
  const app = await createServiceApp(
    settings,
    {
      module: QueryProcess,
      imports: [
        QueryModule.with({ store, systems, metrics, logger, defaultSystemId: settings.DEFAULT_SYSTEM_ID }),
        OpsModule.with({
          ...opsStores(connection, { database: settings.CLICKHOUSE_DATABASE, ...answerRules(settings) }),
          limits,
          resubmitting: log && {
            submit: resubmission({ log, metrics, limits }),
            mark: (record) => log.append(Topic.deadLetter, [record]),
          },
        }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: READINESS_CHECKS, useValue: { store: () => store.ping() } },
        { provide: SCRAPE, useValue: scrape },
      ],
    },
    logger,
    [registerIngestionHooks, ...(tracing === undefined ? [] : [traceRequests(tracing)])],
  );
  serveApiDocument(app);
  await app.listen(settings.PORT, settings.HOST);
  return {
    url: await urlOf(app, settings),
    async stop() {
      await closeApp(app);
      await log?.close();
      await connection.close();
      await tracing?.close();
    },
  };
}
