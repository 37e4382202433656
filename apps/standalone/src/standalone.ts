import {
  createHttpApp,
  HealthController,
  METRICS,
  METRICS_REFRESHERS,
  MetricsController,
  READINESS_CHECKS,
  type Settings,
} from '#edge';
import { createEventLog, type EmbeddedEventLog } from '#event-log';
import { ClickHouseProjectionStore, ClickHouseQueryStore, migrate, StoreConnection } from '#store';
import { createMetrics, type Logger } from '#telemetry';
import { createProjectors } from '../../projector/src/create-projectors.js';
import { QueryModule } from '../../query/src/query.module.js';
import { ReceiverModule, registerIngestionHooks } from '../../receiver/src/receiver.module.js';
import { eventLogSettings, storeSettings } from './part-settings.js';

/** Statements that queries run side by side on the embedded engine. */
const QUERY_LANES = 3;

const RETENTION_CHECK_MS = 3_600_000;

/** At shut-down, what is in the log is projected for this long at most; the rest goes on at the next start. */
export const DRAIN_MS = 10_000;

/** A running service. */
export interface Standalone {
  /** Where it is served, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops accepting, drains, flushes, projects and closes, in that order. */
  stop(): Promise<void>;
}

/** Starts receiver, projector and query in this process, on the embedded log and the store of the settings. */
export async function startStandalone(settings: Settings, logger: Logger): Promise<Standalone> {
  const metrics = createMetrics();
  const log = createEventLog(eventLogSettings(settings));
  const writing = StoreConnection.open(storeSettings(settings));
  const reading = StoreConnection.open(storeSettings(settings), QUERY_LANES);
  const database = settings.CLICKHOUSE_DATABASE;
  await migrate(writing, { database, retentionDays: settings.RETENTION_DAYS });

  const store = new ClickHouseProjectionStore(writing, database);
  const stateMaxAgeMs = settings.STATE_MAX_AGE_SECONDS * 1000;
  const queries = new ClickHouseQueryStore(reading, {
    database,
    stateMaxAgeMs,
    sessionGapMs: settings.SESSION_GAP_SECONDS * 1000,
    offlineStateCodes: settings.OFFLINE_STATE_CODES,
    staticServiceId: settings.STATIC_SERVICE_ID,
  });
  const projectors = createProjectors({ log, store, rules: { stateMaxAgeMs }, metrics, logger });

  const app = await createHttpApp(
    {
      module: StandaloneModule,
      imports: [
        ReceiverModule.with({
          log,
          metrics,
          logger,
          limits: {
            maxClockSkewSeconds: settings.MAX_CLOCK_SKEW_SECONDS,
            retentionDays: settings.RETENTION_DAYS,
          },
        }),
        QueryModule.with({ store: queries, metrics, logger, defaultSystemId: settings.DEFAULT_SYSTEM_ID }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: READINESS_CHECKS, useValue: { log: () => log.ping(), store: () => queries.ping() } },
        { provide: METRICS, useValue: metrics },
        {
          provide: METRICS_REFRESHERS,
          useValue: [
            ...projectors.map((projector) => () => projector.refreshLagMetrics()),
            async () => metrics.activeAgents.set(await queries.countActiveAgents(Date.now())),
          ],
        },
      ],
    },
    logger,
    [registerIngestionHooks],
  );
  for (const projector of projectors) await projector.start();
  const retention = keepRetention(log, logger);
  await app.listen(settings.PORT, settings.HOST);

  return {
    url: await app.getUrl(),
    async stop() {
      clearInterval(retention);
      await app.close();
      const drained = await Promise.all(projectors.map((projector) => projector.drain(DRAIN_MS)));
      if (drained.includes(false)) logger.warn('not all of the log is projected yet; the next start goes on');
      for (const projector of projectors) await projector.stop();
      await log.close();
      await reading.close();
      await writing.close();
    },
  };
}

class StandaloneModule {}

function keepRetention(log: EmbeddedEventLog, logger: Logger): NodeJS.Timeout {
  const enforce = () => {
    log
      .enforceRetention()
      .catch((error: unknown) => logger.error({ err: error }, 'the retention could not be enforced'));
  };
  enforce();
  return setInterval(enforce, RETENTION_CHECK_MS).unref();
}
