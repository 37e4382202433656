import type { Partitioner } from './key-partition.js';

/** A partition's begin and end offsets at this moment: it holds the records with `begin ≤ offset < end`. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly begin: number;
  readonly end: number;
}

/**
 * A stretch of a topic's history with one number of partitions, and where it begins in each of them. (The
 * generations of Kafka's consumer groups are unrelated.)
 */
export interface PartitionGeneration {
  readonly partitions: number;
  /** Its first offset in each partition; 0 where it is missing, as in the partitions that it added. */
  readonly from: readonly number[];
}

/** Partitions that a run is adding. Meanwhile, projectors other than its own keep away. */
export interface PartitionGrowth {
  /** The index of the coming generation. */
  readonly generation: number;
  readonly partitions: number;
  readonly run: string;
}

/** The generations of a topic's partitions, oldest first. There is always at least one. */
export interface PartitionLayout {
  readonly generations: readonly PartitionGeneration[];
  readonly growth?: PartitionGrowth | undefined;
}

/** A recorded layout, and the number of partitions that the topic really has. */
export interface TopicLayout extends PartitionLayout {
  readonly partitions: number;
}

/** The layout of a topic that never got more partitions. */
export function fixedLayout(partitions: number): TopicLayout {
  return { generations: [{ partitions, from: [] }], partitions };
}

export function newestGeneration({ generations }: PartitionLayout): PartitionGeneration {
  return generations.at(-1)!;
}

interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** The index of the generation that a record belongs to; -1 in a partition that no generation has. */
export function generationOf({ generations }: PartitionLayout, { partition, offset }: Place): number {
  return generations.findLastIndex(
    (generation) => partition < generation.partitions && offset >= firstOffset(generation, partition),
  );
}

/**
 * Numbers the partitions of all generations consecutively, so that records of a later generation always have the
 * greater number. The partitions of the first generation keep their own numbers.
 */
export function virtualPartitionOf(layout: PartitionLayout, place: Place): number {
  const { generations } = layout;
  if (generations.length === 1) return place.partition;
  const generation = Math.max(0, generationOf(layout, place));
  return virtualPartitions(generations.slice(0, generation)) + place.partition;
}

/** How many numbers {@link virtualPartitionOf} assigns. */
export function virtualPartitions(generations: readonly PartitionGeneration[]): number {
  return generations.reduce((sum, { partitions }) => sum + partitions, 0);
}

/** The begin and end offsets of one generation in each of its partitions. */
export function offsetsOfGeneration(
  { generations }: PartitionLayout,
  index: number,
  offsets: readonly PartitionOffsets[],
): PartitionOffsets[] {
  const [generation, next] = [generations[index]!, generations[index + 1]];
  return offsets
    .filter(({ partition }) => partition < generation.partitions)
    .map(({ partition, begin, end }) => ({
      partition,
      begin: Math.max(begin, firstOffset(generation, partition)),
      end: next === undefined ? end : Math.min(end, firstOffset(next, partition)),
    }));
}

/**
 * Whether a record is in another partition than its key belongs to, because its writer did not know of newer partitions
 * yet. Records of the first generation, and records without a key, never are.
 */
export function isMisplaced(
  layout: PartitionLayout,
  record: Place & { readonly key?: string | undefined },
  partitionOf: Partitioner,
): boolean {
  const generation = generationOf(layout, record);
  if (generation <= 0 || record.key === undefined) return false;
  return partitionOf(record.key, layout.generations[generation]!.partitions) !== record.partition;
}

function firstOffset({ from }: PartitionGeneration, partition: number): number {
  return from[partition] ?? 0;
}
