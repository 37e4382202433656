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

interface Task {
  readonly topic: TopicName;
  readonly extent: PartitionExtent;
}

/**
 * Projects all that the log holds into an empty store. Each partition is a task of its own, with a memory of its own, since
 * no timeline and no contact spans several; workers take one after another.
 *
 * @param projectionsOf makes the projections of one task.
 * @returns the positions behind the last record of each partition, for {@link commitRebuilt}.
 */
export async function rebuildFromLog(
  log: EventLog,
  store: ProjectionStore,
  projectionsOf: () => readonly TopicRebuild[],
  onProgress: (progress: RebuildProgress) => void,
  workers = 1,
): Promise<RebuiltPositions> {
  const tasks: Task[] = [];
  for (const { topic } of projectionsOf()) {
    for (const extent of await log.extents(topic)) tasks.push({ topic, extent });
  }
  const total = tasks.reduce((sum, { extent }) => sum + extent.end - extent.begin, 0);
  const positions = new Map<TopicName, GroupPosition[]>(tasks.map(({ topic }) => [topic, []]));
  let records = 0;
  const work = async () => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      const { topic, extent } = task;
      const rebuild = projectionsOf().find((each) => each.topic === topic)!;
      const end = await rebuildPartition(log, store, rebuild, extent, (batch) => {
        records += batch;
        onProgress({ records, total });
      });
      positions.get(topic)!.push(end);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return positions;
}

async function rebuildPartition(
  log: EventLog,
  store: ProjectionStore,
  rebuild: TopicRebuild,
  extent: PartitionExtent,
  onBatch: (records: number) => void,
): Promise<GroupPosition> {
  const accounts = new PartitionAccounts([]);
  let end: GroupPosition = { partition: extent.partition, offset: extent.begin, note: '' };
  for await (const batch of batches(log, rebuild, extent)) {
    const { changes, accounts: change } = await rebuild.projection.project(batch);
    await store.write(changes);
    [end] = accounts.after(batch, change) as [GroupPosition];
    accounts.advance([end]);
    onBatch(batch.length);
  }
  return end;
}

/** There are projectors at work, whose writes would be lost with the tables that they write to. */
export class ProjectorsAtWorkError extends Error {
  override readonly name = 'ProjectorsAtWorkError';
}

/** @throws ProjectorsAtWorkError */
export async function refuseProjectorsAtWork(log: EventLog, topics: readonly TopicRebuild[]): Promise<void> {
  for (const { topic } of topics) {
    const members = await log.members(PROJECTOR_GROUP, topic);
    if (members === 0) continue;
    throw new ProjectorsAtWorkError(
      `${members} projectors are at work on ${topic}: stop them first. Receivers and queries may go on; what is received meanwhile waits in the log.`,
    );
  }
}

/** Lets the projectors of an embedded log go on where the rebuild ended. */
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
