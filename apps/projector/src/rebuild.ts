import type { EventLog, GroupPosition, PartitionExtent, StoredRecord, TopicName } from '#event-log';
import type { ProjectionStore } from '#store';
import { PartitionAccounts } from './partition-accounts.js';
import { PROJECTOR_GROUP } from './projector.js';
import type { TopicProjection } from './topic-projection.js';

export interface TopicRebuild {
  readonly topic: TopicName;
  readonly projection: TopicProjection;
  readonly maxBatchRecords: number;
}

/** How far a rebuild has come, in records of all topics. */
export interface RebuildProgress {
  readonly records: number;
  readonly total: number;
}

/** Where the projectors go on after a rebuild, by topic. */
export type RebuiltPositions = ReadonlyMap<TopicName, readonly GroupPosition[]>;

/**
 * Projects all that the log holds into an empty store, partition after partition.
 *
 * @returns the positions behind the last record of each partition, for {@link commitRebuilt}.
 */
export async function rebuildFromLog(
  log: EventLog,
  store: ProjectionStore,
  topics: readonly TopicRebuild[],
  onProgress: (progress: RebuildProgress) => void,
): Promise<RebuiltPositions> {
  const plans = await Promise.all(
    topics.map(async (topic) => ({ topic, extents: await log.extents(topic.topic) })),
  );
  const total = plans.flatMap(({ extents }) => extents).reduce((sum, { begin, end }) => sum + end - begin, 0);
  let records = 0;
  const positions = new Map<TopicName, GroupPosition[]>();
  for (const { topic, extents } of plans) {
    const accounts = new PartitionAccounts([]);
    const ends: GroupPosition[] = [];
    for (const extent of extents) {
      let end: GroupPosition = { partition: extent.partition, offset: extent.begin, note: '' };
      for await (const batch of batches(log, topic, extent)) {
        const { changes, accounts: change } = await topic.projection.project(batch);
        await store.write(changes);
        [end] = accounts.after(batch, change) as [GroupPosition];
        accounts.advance([end]);
        records += batch.length;
        onProgress({ records, total });
      }
      ends.push(end);
    }
    positions.set(topic.topic, ends);
  }
  return positions;
}

/** Lets the projectors go on where the rebuild ended. */
export async function commitRebuilt(log: EventLog, positions: RebuiltPositions): Promise<void> {
  for (const [topic, ends] of positions) {
    const consumer = await log.join(PROJECTOR_GROUP, topic);
    await consumer.commit(ends);
    await consumer.close();
  }
}

async function* batches(
  log: EventLog,
  { topic, maxBatchRecords }: TopicRebuild,
  { partition, begin, end }: PartitionExtent,
): AsyncGenerator<readonly StoredRecord[]> {
  for (let offset = begin; offset < end;) {
    const batch = await log.read(topic, partition, offset, Math.min(maxBatchRecords, end - offset));
    const last = batch.at(-1);
    if (last === undefined) return;
    yield batch;
    offset = last.offset + 1;
  }
}
