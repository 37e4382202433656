import { Presets, SingleBar } from 'cli-progress';
import { eventLogSettings, readSettings, storeSettings, type Settings } from '#edge';
import { createEventLog, type EventLog } from '#event-log';
import {
  ClickHouseProjectionStore,
  createStaging,
  migrate,
  replaceProjections,
  StoreConnection,
} from '#store';
import { topicProjections } from '../../projector/src/create-projectors.js';
import { commitRebuilt, rebuildFromLog, type RebuiltPositions } from '../../projector/src/rebuild.js';
import { failWith } from './fail.js';

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

async function rebuild(settings: Settings, connection: StoreConnection, log: EventLog): Promise<void> {
  const database = settings.CLICKHOUSE_DATABASE;
  const staging = `${database}_rebuild`;
  const retentionDays = settings.RETENTION_DAYS;
  await migrate(connection, { database, retentionDays });
  await createStaging(connection, { database: staging, retentionDays });
  const positions = await project(new ClickHouseProjectionStore(connection, staging), settings, log);
  await replaceProjections(connection, database, staging);
  await commitRebuilt(log, positions);
  process.stdout.write('The store is made anew from the log.\n');
}

async function project(
  store: ClickHouseProjectionStore,
  settings: Settings,
  log: EventLog,
): Promise<RebuiltPositions> {
  const topics = topicProjections(store, { stateMaxAgeMs: settings.STATE_MAX_AGE_SECONDS * 1000 });
  const bar = new SingleBar(
    { format: 'Rebuilding {bar} {percentage}% | {value}/{total} records | {eta_formatted} left' },
    Presets.shades_classic,
  );
  bar.start(0, 0);
  try {
    return await rebuildFromLog(log, store, topics, ({ records, total }) => {
      bar.setTotal(total);
      bar.update(records);
    });
  } finally {
    bar.stop();
  }
}

main().catch(failWith);
