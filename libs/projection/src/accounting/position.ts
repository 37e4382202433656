import { virtualPartitionOf, type PartitionLayout } from '#event-log';

/** Offsets of one partition that a position has room for: a million appends a second for half a year. */
const OFFSETS = 2 ** 44;

/** Partitions that positions have room for, those of all generations of a topic together. */
export const MAX_VIRTUAL_PARTITIONS = 2 ** 53 / OFFSETS;

/**
 * A partition and an offset as one number, below 2^53. Positions grow like offsets within a partition, and from one
 * generation of a topic's partitions to the next: of the events of a timeline, one that is projected later has the greater
 * one. They are the versions of what is written to the store.
 */
export function positionOf(record: { partition: number; offset: number }, layout: PartitionLayout): number {
  return virtualPartitionOf(layout, record) * OFFSETS + record.offset;
}

export function virtualPartitionOfPosition(position: number): number {
  return Math.floor(position / OFFSETS);
}
