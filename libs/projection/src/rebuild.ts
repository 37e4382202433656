import {
  checkLayoutStable,
  offsetsOfGeneration,
  type ConsumerGroups,
  type EventReader,
  type GroupPosition,
  type PartitionOffsets,
  type StoredRecord,
  type TopicLayout,
  type TopicName,
} from '#event-log';
import type { ProjectionStore } from '#store';
import { BatchWriter } from './writing/batch-writer.js';
import { AccountsBehindError, PartitionAccounts } from './accounting/partition-accounts.js';
import { PROJECTOR_GROUP } from './runner/projector-parts.js';
import type { TopicProjection } from './runner/topic-projection.js';

export interface TopicRebuild {
  readonly topic: TopicName;
  /** The name of what the topic carries, for dead letters. */
  readonly type: string;
  readonly projection: TopicProjection;
  readonly rules: string;
  readonly maxBatchRecords: number;
}

/** The progress of a rebuild, in records of all topics. */
export interface RebuildProgress {
  readonly records: number;
  readonly total: number;
}

/** Where the projectors continue after a rebuild, by topic. */
export type RebuiltPositions = ReadonlyMap<TopicName, readonly GroupPosition[]>;

interface Task {
  readonly topic: TopicName;
  readonly layout: TopicLayout;
  readonly offsets: PartitionOffsets;
}

type Ends = Map<TopicName, Map<number, GroupPosition>>;

/**
 * Projects the whole log into an empty store. Each partition is a task with caches of its own, since no timeline or contact
 * spans several partitions of a generation; workers take one task after another. Generations are projected in order, so
 * that the earlier part of a timeline is there when it continues in another partition.
 *
 * @param projectionsOf makes the projections of one task.
 * @returns the positions after the last record of each partition, for {@link commitRebuilt}.
 * @throws UnstableLayoutError while partitions are being added.
 */
export async function rebuildFromLog(
  log: EventReader,
  store: ProjectionStore,
  projectionsOf: () => readonly TopicRebuild[],
  onProgress: (progress: RebuildProgress) => void,
  workers = 1,
): Promise<RebuiltPositions> {
  const generations = await tasksByGeneration(log, projectionsOf());
  const total = generations.flat().reduce((sum, { offsets }) => sum + lengthOf(offsets), 0);
  const ends: Ends = new Map(projectionsOf().map(({ topic }) => [topic, new Map()]));
  let records = 0;
  const work = async (tasks: Task[]) => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      const { topic, offsets } = task;
      const rebuild = projectionsOf().find((each) => each.topic === topic)!;
      const before = ends.get(topic)!.get(offsets.partition);
      const end = await rebuildPartition({ log, store, rebuild }, task, before, (batch) => {
        records += batch;
        onProgress({ records, total });
      });
      ends.get(topic)!.set(offsets.partition, end);
    }
  };
  for (const tasks of generations) await Promise.all(Array.from({ length: workers }, () => work(tasks)));
  return new Map([...ends].map(([topic, positions]) => [topic, [...positions.values()]]));
}

/** The tasks of the first generation of all topics, of the second, and so on. */
async function tasksByGeneration(log: EventReader, topics: readonly TopicRebuild[]): Promise<Task[][]> {
  const generations: Task[][] = [];
  for (const { topic } of topics) {
    const layout = await log.layout(topic);
    checkLayoutStable(topic, layout);
    const all = await log.offsets(topic);
    for (const index of layout.generations.keys()) {
      const tasks = (generations[index] ??= []);
      for (const offsets of offsetsOfGeneration(layout, index, all)) tasks.push({ topic, layout, offsets });
    }
  }
  return generations;
}

interface PartitionRebuild {
  readonly log: EventReader;
  readonly store: ProjectionStore;
  readonly rebuild: TopicRebuild;
}

/** @param before the position after the partition's records of earlier generations. */
async function rebuildPartition(
  { log, store, rebuild }: PartitionRebuild,
  { layout, offsets }: Task,
  before: GroupPosition | undefined,
  onBatch: (records: number) => void,
): Promise<GroupPosition> {
  const accounts = new PartitionAccounts(before === undefined ? [] : [before]);
  const writer = new BatchWriter({
    ...rebuild,
    log,
    store,
    layout,
    accounts,
    logId: await log.identity(rebuild.topic),
    // Projectors have moved misplaced records, or the next one will, so they come again further on.
    move: async () => undefined,
  });
  for await (const batch of batches(log, rebuild, offsets)) {
    await carryAcrossGaps(writer, batch);
    onBatch(batch.length);
  }
  const [end] = writer.positions;
  return end ?? { partition: offsets.partition, offset: offsets.begin, metadata: '' };
}

/** Nobody else reads here, so records that are missing in the log do not exist. */
async function carryAcrossGaps(writer: BatchWriter, batch: readonly StoredRecord[]): Promise<void> {
  for (;;) {
    try {
      await writer.carry(batch);
      return;
    } catch (error) {
      if (!(error instanceof AccountsBehindError)) throw error;
    }
  }
}

function lengthOf({ begin, end }: PartitionOffsets): number {
  return Math.max(0, end - begin);
}

/** Projectors are at work, whose writes would be lost with the tables that they write to. */
export class ProjectorsAtWorkError extends Error {
  override readonly name = 'ProjectorsAtWorkError';
}

/** @throws ProjectorsAtWorkError */
export async function refuseProjectorsAtWork(
  log: ConsumerGroups,
  topics: readonly { readonly topic: TopicName }[],
): Promise<void> {
  for (const { topic } of topics) {
    const members = await log.members(PROJECTOR_GROUP, topic);
    if (members === 0) continue;
    throw new ProjectorsAtWorkError(
      `${members} projectors are at work on ${topic}: stop them first. Receivers and queries can keep running; the log keeps what is received meanwhile.`,
    );
  }
}

/** Makes the projectors of an embedded log continue where the rebuild ended. */
export async function commitRebuilt(log: ConsumerGroups, positions: RebuiltPositions): Promise<void> {
  for (const [topic, ends] of positions) {
    const consumer = await log.join(PROJECTOR_GROUP, topic);
    await consumer.commit(ends);
    await consumer.close();
  }
}

async function* batches(
  log: EventReader,
  { topic, maxBatchRecords }: TopicRebuild,
  { partition, begin, end }: PartitionOffsets,
): AsyncGenerator<readonly StoredRecord[]> {
  for (let offset = begin; offset < end;) {
    const batch = await log.read(topic, partition, offset, Math.min(maxBatchRecords, end - offset));
    const last = batch.at(-1);
    if (last === undefined) return;
    yield batch;
    offset = last.offset + 1;
  }
}
