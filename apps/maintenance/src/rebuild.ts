import { runCommand, withProgress, type Interruption } from '#command';
import { eventLogSettings, readSettings, storeSettings, type Settings } from '#edge/settings';
import { createEventLog, type ConsumerGroups, type EventReader } from '#event-log';
import {
  ClickHouseProjectionStateStore,
  ClickHouseProjectionStore,
  createStaging,
  forgetBegunWrites,
  migrate,
  replaceProjections,
  StoreConnection,
} from '#store';
import {
  topicProjections,
  commitRebuilt,
  rebuildFromLog,
  refuseProjectorsAtWork,
  type RebuildProgress,
  type RebuiltPositions,
  type TopicRebuild,
} from '#projection';
import { formatCount } from './format-count.js';
import { INVOCATION, parseRebuildOptions } from './rebuild/rebuild-options.js';

/** Partitions projected in parallel into a server. One keeps the embedded engine, which runs in this process, busy. */
const SERVER_WORKERS = 4;

/** Rebuilds the store from the log beside the present one, and swaps the two once it is complete. */
async function run(_: void, interruption: Interruption): Promise<void> {
  interruption.advice = () =>
    'The store is as it was. Run the same command again: it starts from the beginning.';
  const settings = readSettings(process.env);
  const connection = StoreConnection.open(storeSettings(settings));
  const log = createEventLog(eventLogSettings(settings));
  try {
    await rebuild(settings, connection, log, interruption);
  } finally {
    await log.close();
    await connection.close();
  }
}

async function rebuild(
  settings: Settings,
  connection: StoreConnection,
  log: EventReader & ConsumerGroups,
  interruption: Interruption,
): Promise<void> {
  const startedAt = performance.now();
  const database = settings.CLICKHOUSE_DATABASE;
  const staging = `${database}_rebuild`;
  const retentionDays = settings.RETENTION_DAYS;
  const projectionsInto = (target: string) => () =>
    topicProjections(new ClickHouseProjectionStore(connection, target), {
      stateMaxAgeMs: settings.STATE_MAX_AGE_SECONDS * 1000,
    });
  await refuseProjectorsAtWork(log, projectionsInto(database)());
  await migrate(connection, { database, retentionDays });
  await createStaging(connection, { database: staging, retentionDays });
  const store = new ClickHouseProjectionStore(connection, staging);
  const workers = settings.CLICKHOUSE_URL === undefined ? 1 : SERVER_WORKERS;
  const { positions, records } = await project(log, store, projectionsInto(staging), workers);
  // Queries must see from the first moment that the store has everything that the log had.
  const states = new ClickHouseProjectionStateStore(connection, staging);
  for (const { topic } of projectionsInto(database)()) {
    const partitions = (await log.offsets(topic)).map(({ partition }) => partition);
    await states.writeState(topic, partitions, { kind: 'current' });
  }
  interruption.advice = () =>
    'The new tables were being swapped in. Run the same command again before you start the service.';
  await replaceProjections(connection, database, staging);
  if (settings.CLICKHOUSE_URL === undefined) forgetBegunWrites(settings.DATA_DIR, database);
  // On a cluster, the projectors' own positions are never ahead of the rebuilt store, so continuing from them changes nothing.
  if (settings.KAFKA_BROKERS === undefined) await commitRebuilt(log, positions);
  const seconds = Math.ceil((performance.now() - startedAt) / 1000);
  process.stdout.write(
    `Rebuilt the store: ${formatCount(records)} records of the log projected in ${seconds} s.\n`,
  );
}

async function project(
  log: EventReader,
  store: ClickHouseProjectionStore,
  projections: () => readonly TopicRebuild[],
  workers: number,
): Promise<{ positions: RebuiltPositions; records: number }> {
  return withProgress('Rebuilding', 'records', async (show) => {
    let records = 0;
    const onProgress = (progress: RebuildProgress) => {
      ({ records } = progress);
      show(records, progress.total);
    };
    const positions = await rebuildFromLog(log, store, projections, onProgress, workers);
    return { positions, records };
  });
}

await runCommand({ invocation: INVOCATION, environment: process.env, parse: parseRebuildOptions, run });
