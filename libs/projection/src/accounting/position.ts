import { virtualPartitionOf, type PartitionLayout } from '#event-log';

/** The offsets of one partition that fit into a position: half a year at a million appends a second. */
const OFFSETS = 2 ** 44;

/** The partitions that fit into positions, counting those of all generations of a topic. */
export const MAX_VIRTUAL_PARTITIONS = 2 ** 53 / OFFSETS;

/**
 * A partition and an offset as one number below 2^53. Positions grow with the offsets of a partition, and from one
 * generation of a topic's partitions to the next, so later events of a timeline have greater positions. They are the
 * versions of the rows in the store.
 */
export function positionOf(record: { partition: number; offset: number }, layout: PartitionLayout): number {
  return virtualPartitionOf(layout, record) * OFFSETS + record.offset;
}

export function virtualPartitionOfPosition(position: number): number {
  return Math.floor(position / OFFSETS);
}
