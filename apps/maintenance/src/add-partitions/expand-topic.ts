import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { newestGeneration, type GrowableLog, type PartitionGrowth, type TopicName } from '#event-log';
import { PROJECTOR_GROUP, type Projector, refuseProjectorsAtWork } from '#projection';
import { ExpansionRefusedError, planPartitionExpansion } from './plan-partition-expansion.js';

export interface ExpansionParts {
  readonly log: GrowableLog;
  /** Makes a projector of the topic that works while this run adds partitions. */
  projectorOf(topic: TopicName, run: string): Projector;
  /** Gets how far the log is projected. */
  onProgress(progress: DrainProgress): void;
  /** Once it aborts, the run stops between two steps and rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** Records that are projected before partitions are added. */
export interface DrainProgress {
  readonly left: number;
  readonly total: number;
}

const LOOK_AGAIN_MS = 200;

/**
 * Adds partitions to a topic. Whatever may have been projected belongs to the generations so far, so everything that is in the
 * log by now is projected and committed first, after the growth was announced to everyone else; then the new generation begins.
 *
 * @returns whether there was anything to do.
 * @throws ExpansionRefusedError, ProjectorsAtWorkError
 */
export async function expandTopic(
  parts: ExpansionParts,
  topic: TopicName,
  partitions: number,
): Promise<boolean> {
  const { log } = parts;
  const layout = await log.layout(topic);
  const steps = planPartitionExpansion(topic, layout, partitions);
  if (steps === 'nothing') return false;
  if (steps === 'everything') {
    // Looked for twice: a run that is refused should leave nothing behind, and one that joins later reads the announcement.
    await refuseProjectorsAtWork(log, [{ topic }]);
    await beginGeneration(parts, topic, {
      generation: layout.generations.length,
      partitions,
      run: randomUUID(),
    });
  }
  if ((await log.layout(topic)).partitions < partitions) await log.addPartitions(topic, partitions);
  return true;
}

async function beginGeneration(
  parts: ExpansionParts,
  topic: TopicName,
  growth: PartitionGrowth,
): Promise<void> {
  const { log } = parts;
  const announced = await log.announceGrowth(topic, growth);
  if (announced.growth?.run !== growth.run) throw overtaken(topic);
  await refuseProjectorsAtWork(log, [{ topic }]);
  const before = newestGeneration(announced).partitions;
  await projectUpToNow(parts, topic, growth.run, before);
  const border = await committedOffsets(log, topic);
  const from = Array.from({ length: before }, (_, partition) => border.get(partition) ?? 0);
  const settled = await log.beginGeneration(topic, growth, from);
  if (settled.generations.length <= growth.generation || settled.growth !== undefined) throw overtaken(topic);
}

/** Projects what the partitions of before hold at this moment, at least. */
async function projectUpToNow(
  { log, projectorOf, onProgress, signal }: ExpansionParts,
  topic: TopicName,
  run: string,
  partitions: number,
): Promise<void> {
  const extents = (await log.offsets(topic)).filter(({ partition }) => partition < partitions);
  const left = async () => {
    const committed = await committedOffsets(log, topic);
    const counts = extents.map(({ partition, begin, end }) =>
      Math.max(0, end - Math.max(begin, committed.get(partition) ?? 0)),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  };
  const total = await left();
  onProgress({ left: total, total });
  if (total === 0) return;
  const projector = projectorOf(topic, run);
  await projector.start();
  try {
    for (let records = total; records > 0; records = await left()) {
      onProgress({ left: records, total });
      signal?.throwIfAborted();
      await sleep(LOOK_AGAIN_MS);
    }
    onProgress({ left: 0, total });
  } finally {
    await projector.stop();
  }
}

async function committedOffsets(log: GrowableLog, topic: TopicName): Promise<ReadonlyMap<number, number>> {
  const positions = await log.committed(PROJECTOR_GROUP, topic);
  return new Map(positions.map(({ partition, offset }) => [partition, offset]));
}

function overtaken(topic: string): ExpansionRefusedError {
  return new ExpansionRefusedError(
    `another run adds partitions to ${topic}: wait until it has ended, then run this again`,
  );
}
