import { parentPort, workerData } from 'node:worker_threads';
import { eventLogSettings, storeSettings, tracingSettings } from '#edge/part-settings';
import { createEventLog } from '#event-log';
import { BegunWrites, ClickHouseProjectionStore, PartsManifest, StoreConnection } from '#store';
import { createLogger, createMetrics, createTracing, snapshotOf } from '#telemetry';
import { createProjectors } from '#projection';
import type {
  ProjectionRequest,
  ProjectionStateMessage,
  ProjectionThreadSettings,
} from './projection-handle.js';

/** How far the store is, is usually known at once; waiting for it spares the first queries a refusal. */
const KNOWN_WITHIN_MS = 5_000;

const KEEP_MANIFEST_MS = 60_000;

// Runs the service's projectors in a thread of their own. They share the log and the engine with the thread that answers
// requests, and neither waits for the other.
const settings = workerData as ProjectionThreadSettings;
const metrics = createMetrics();
const logger = createLogger(settings.LOG_LEVEL);
const tracing = await createTracing(tracingSettings(settings), 'statusledger', logger);
const log = createEventLog(eventLogSettings(settings));
const connection = StoreConnection.open(storeSettings(settings));
const port = parentPort!;
const begun =
  settings.CLICKHOUSE_URL === undefined
    ? new BegunWrites(settings.DATA_DIR, settings.CLICKHOUSE_DATABASE)
    : undefined;
const manifest = new PartsManifest(connection, settings.CLICKHOUSE_DATABASE);
const projectors = createProjectors({
  onState: (topic, state) => port.postMessage({ topic, state } satisfies ProjectionStateMessage),
  log,
  store: new ClickHouseProjectionStore(connection, settings.CLICKHOUSE_DATABASE, begun),
  rules: { stateMaxAgeMs: settings.STATE_MAX_AGE_SECONDS * 1000 },
  metrics,
  logger,
  tracing,
});
for (const projector of projectors) await projector.start();
await Promise.all(projectors.map((projector) => projector.untilKnown(KNOWN_WITHIN_MS)));

// Only while the store is whole: a manifest of a damaged store would hide what is missing.
const keepManifest = async () => {
  if (projectors.some(({ state }) => state.kind === 'refused')) return;
  await manifest
    .keep()
    .catch((error: unknown) => logger.warn({ err: error }, 'the manifest of parts cannot be written'));
};
const keeping = setInterval(() => void keepManifest(), KEEP_MANIFEST_MS).unref();

const answers = {
  async snapshot() {
    await Promise.allSettled(projectors.map((projector) => projector.refreshLagMetrics()));
    return snapshotOf(metrics);
  },

  /** Resolves with whether everything in the log is in the store. */
  async drain(withinMs: number) {
    const drained = await Promise.all(projectors.map((projector) => projector.drain(withinMs)));
    return !drained.includes(false);
  },

  async stop() {
    clearInterval(keeping);
    for (const projector of projectors) await projector.stop();
    await keepManifest();
    await begun?.close();
    await log.close();
    await connection.close();
    await tracing?.close();
  },
};

port.on('message', ({ id, call, argument }: ProjectionRequest) => {
  answers[call](argument).then(
    (value) => port.postMessage({ id, value }),
    (error: unknown) => port.postMessage({ id, error }),
  );
});
port.postMessage({ id: 0, value: 'started' });
