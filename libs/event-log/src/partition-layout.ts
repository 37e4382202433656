import type { Partitioner } from './key-partition.js';

/** What a partition holds at this moment: records with `begin ≤ offset < end`. */
export interface PartitionOffsets {
  readonly partition: number;
  readonly begin: number;
  readonly end: number;
}

/** How many partitions a topic has had from some point of its log on, and where that point is in each of them. */
export interface PartitionGeneration {
  readonly partitions: number;
  /** The first offset of each partition that belongs to it; 0 where there is none, as in the partitions that it added. */
  readonly from: readonly number[];
}

/** Partitions that are being added; projectors other than those of the run that adds them keep away meanwhile. */
export interface PartitionGrowth {
  /** The index of the generation that is going to be. */
  readonly generation: number;
  readonly partitions: number;
  readonly run: string;
}

/** The generations of a topic's partitions, oldest first; there is always one. */
export interface PartitionLayout {
  readonly generations: readonly PartitionGeneration[];
  readonly growth?: PartitionGrowth | undefined;
}

/** A layout as it was written down, beside the number of partitions that there are. */
export interface TopicLayout extends PartitionLayout {
  readonly partitions: number;
}

/** The layout of a topic whose partitions were never added to. */
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

/** The index of the generation that a record belongs to; -1 in a partition that none of them has. */
export function generationOf({ generations }: PartitionLayout, { partition, offset }: Place): number {
  return generations.findLastIndex(
    (generation) => partition < generation.partitions && offset >= firstOffset(generation, partition),
  );
}

/**
 * Partitions are numbered through all generations, so that what was appended to a later one has the greater number wherever
 * it was before. Those of the first generation keep their own.
 */
export function virtualPartitionOf(layout: PartitionLayout, place: Place): number {
  const { generations } = layout;
  if (generations.length === 1) return place.partition;
  const generation = Math.max(0, generationOf(layout, place));
  return virtualPartitions(generations.slice(0, generation)) + place.partition;
}

/** The numbers that {@link virtualPartitionOf} gives. */
export function virtualPartitions(generations: readonly PartitionGeneration[]): number {
  return generations.reduce((sum, { partitions }) => sum + partitions, 0);
}

/** What the partitions of one generation hold. */
export function offsetsOfGeneration(
  { generations }: PartitionLayout,
  index: number,
  extents: readonly PartitionOffsets[],
): PartitionOffsets[] {
  const [generation, next] = [generations[index]!, generations[index + 1]];
  return extents
    .filter(({ partition }) => partition < generation.partitions)
    .map(({ partition, begin, end }) => ({
      partition,
      begin: Math.max(begin, firstOffset(generation, partition)),
      end: next === undefined ? end : Math.min(end, firstOffset(next, partition)),
    }));
}

/**
 * Whether a record lies where its key does not belong: a writer that did not know of the newer partitions yet has put it
 * there. Of the first generation none does, and none without a key.
 *
 * @param partitionOf where a key belongs among so many partitions.
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
