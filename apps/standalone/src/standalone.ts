import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  createHttpApp,
  HealthController,
  MetricsController,
  READINESS_CHECKS,
  SCRAPE,
  type Settings,
} from '#edge';
import { createEventLog, type EmbeddedEventLog } from '#event-log';
import { ClickHouseQueryStore, migrate, StoreConnection } from '#store';
import { createMetrics, createProcessMetrics, expose, snapshotOf, type Logger } from '#telemetry';
import { QueryModule } from '../../query/src/query.module.js';
import { ReceiverModule, registerIngestionHooks } from '../../receiver/src/receiver.module.js';
import { eventLogSettings, storeSettings } from './part-settings.js';
import { ProjectionHandle } from './projection-handle.js';

/** Connections of the queries to the embedded engine. */
const QUERY_LANES = 3;

const RETENTION_CHECK_MS = 3_600_000;

/** At shut-down, what is in the log is projected for this long at most; the rest goes on at the next start. */
export const DRAIN_MS = 10_000;

/** At shut-down, requests under way have this long to be answered; a client that does not read does not hold us up. */
export const ANSWER_GRACE_MS = 5_000;

/** A running service. */
export interface Standalone {
  /** Where it is served, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops accepting, drains, flushes, projects and closes, in that order. */
  stop(): Promise<void>;
}

/**
 * Starts receiver, projector and query in this process, on the embedded log and the store of the settings.
 *
 * @param onFailure is told of a failure after which the service cannot go on.
 */
export async function startStandalone(
  settings: Settings,
  logger: Logger,
  onFailure: (error: unknown) => void,
): Promise<Standalone> {
  const metrics = createMetrics();
  const processMetrics = createProcessMetrics();
  const log = createEventLog(eventLogSettings(settings));
  const connection = StoreConnection.open(storeSettings(settings), QUERY_LANES);
  const database = settings.CLICKHOUSE_DATABASE;
  await migrate(connection, { database, retentionDays: settings.RETENTION_DAYS });
  const queries = new ClickHouseQueryStore(connection, {
    database,
    stateMaxAgeMs: settings.STATE_MAX_AGE_SECONDS * 1000,
    sessionGapMs: settings.SESSION_GAP_SECONDS * 1000,
    offlineStateCodes: settings.OFFLINE_STATE_CODES,
    staticServiceId: settings.STATIC_SERVICE_ID,
    timeZone: settings.TIME_ZONE,
    serviceLevelMs: settings.SERVICE_LEVEL_SECONDS * 1000,
    contactMaxAgeMs: settings.CONTACT_MAX_AGE_SECONDS * 1000,
  });
  const projection = await ProjectionHandle.start(settings, onFailure);
  const scrape = async () => {
    metrics.activeAgents.set(await queries.countActiveAgents(Date.now()));
    return expose(processMetrics, [await snapshotOf(metrics), await projection.snapshot()]);
  };

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
        { provide: SCRAPE, useValue: scrape },
      ],
    },
    logger,
    [registerIngestionHooks],
  );
  const retention = keepRetention(log, logger);
  await app.listen(settings.PORT, settings.HOST);

  return {
    url: await app.getUrl(),
    async stop() {
      clearInterval(retention);
      await closeWithin(app, ANSWER_GRACE_MS);
      const drained = await projection.drain(DRAIN_MS);
      if (!drained) logger.warn('not all of the log is projected yet; the next start goes on');
      await projection.stop();
      await log.close();
      await connection.close();
    },
  };
}

class StandaloneModule {}

/** Stops accepting and waits for the answers under way; breaks off what is not done in time. */
async function closeWithin(app: NestFastifyApplication, graceMs: number): Promise<void> {
  const server = app.getHttpServer();
  const breakOff = setTimeout(() => server.closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(breakOff);
}

function keepRetention(log: EmbeddedEventLog, logger: Logger): NodeJS.Timeout {
  const enforce = () => {
    log
      .enforceRetention()
      .catch((error: unknown) => logger.error({ err: error }, 'the retention could not be enforced'));
  };
  enforce();
  return setInterval(enforce, RETENTION_CHECK_MS).unref();
}
