import { Presets, SingleBar } from 'cli-progress';
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
import { failWith } from './fail.js';

/** Partitions that are projected side by side into a server; the embedded engine is in this process, and one keeps it busy. */
const SERVER_WORKERS = 4;

/** Makes the store anew from the log, beside the present one, and puts it in its place once it is whole. */
async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const connection = StoreConnection.open(storeSettings(settings));
  const log = createEventLog(eventLogSettings(settings));
  try {
    await rebuild(settings, connection, log);
  } finally {
    await log.close();
    await connection.close();
  }
}

async function rebuild(
  settings: Settings,
  connection: StoreConnection,
  log: EventReader & ConsumerGroups,
): Promise<void> {
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
  const positions = await project(log, store, projectionsInto(staging), workers);
  // Whoever answers from it sees from the first moment that it has all that the log had.
  const states = new ClickHouseProjectionStateStore(connection, staging);
  for (const { topic } of projectionsInto(database)()) {
    const partitions = (await log.offsets(topic)).map(({ partition }) => partition);
    await states.writeState(topic, partitions, { kind: 'current' });
  }
  await replaceProjections(connection, database, staging);
  if (settings.CLICKHOUSE_URL === undefined) forgetBegunWrites(settings.DATA_DIR, database);
  // On a cluster, the projectors' own positions are never ahead of what was rebuilt, and going on from them changes nothing.
  if (settings.KAFKA_BROKERS === undefined) await commitRebuilt(log, positions);
  process.stdout.write('The store is made anew from the log.\n');
}

async function project(
  log: EventReader,
  store: ClickHouseProjectionStore,
  projections: () => readonly TopicRebuild[],
  workers: number,
): Promise<RebuiltPositions> {
  const bar = new SingleBar(
    { format: 'Rebuilding {bar} {percentage}% | {value}/{total} records | {eta_formatted} left' },
    Presets.shades_classic,
  );
  bar.start(0, 0);
  try {
    const tell = ({ records, total }: RebuildProgress) => {
      bar.setTotal(total);
      bar.update(records);
    };
    return await rebuildFromLog(log, store, projections, tell, workers);
  } finally {
    bar.stop();
  }
}

main().catch((error: unknown) => failWith(error));
