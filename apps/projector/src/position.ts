/** Offsets of one partition that a position has room for: a million appends a second for half a year. */
const OFFSETS = 2 ** 44;

/**
 * A partition and an offset as one number, below 2^53. Within a partition, positions grow like offsets; they are
 * the versions of what is written to the store.
 */
export function positionOf({ partition, offset }: { partition: number; offset: number }): number {
  return partition * OFFSETS + offset;
}

export function partitionOfPosition(position: number): number {
  return Math.floor(position / OFFSETS);
}
