import type { GroupPosition, PartitionOffsets, StoredRecord } from '#event-log';
import type { ProjectedPosition } from '#store';

/** Records that have been in the log for longer when they come are no ordinary lag: the store has been behind for a while. */
export const ORDINARY_LAG_MS = 60_000;

interface Progress {
  readonly partition: number;
  readonly offset: number;
}

/** What a projector that takes over partitions knows of them. */
export interface TakenOver {
  readonly stored: readonly ProjectedPosition[];
  /** Of the partitions that are taken over. */
  readonly committed: readonly GroupPosition[];
  readonly extents: readonly PartitionOffsets[];
}

/**
 * What a store has to take in before it can be answered from: what it once had, as the group's commit shows, and what has
 * long been in the log. What came within the last moments is ordinary lag, and nobody waits for it.
 */
export class CatchUp {
  private readonly targets = new Map<number, number>();
  private readonly reached = new Map<number, number>();
  private readonly ends: ReadonlyMap<number, number>;

  /** @param targets the offset of each partition that has to be reached. */
  constructor(targets: readonly Progress[], extents: readonly PartitionOffsets[] = []) {
    for (const { partition, offset } of targets) if (offset > 0) this.targets.set(partition, offset);
    this.ends = new Map(extents.map(({ partition, end }) => [partition, end]));
  }

  static of({ stored, committed, extents }: TakenOver): CatchUp {
    const ends = new Map(extents.map(({ partition, end }) => [partition, end]));
    const targets = committed.map(({ partition, offset }) => {
      const isKnown = stored.some((position) => position.partition === partition);
      const end = ends.get(partition) ?? 0;
      // A commit behind the log's end is of another history of the topic.
      return { partition, offset: isKnown ? Math.min(offset, end) : end };
    });
    const catchUp = new CatchUp(targets, extents);
    catchUp.reach(stored);
    return catchUp;
  }

  get isDone(): boolean {
    return this.targets.size === 0;
  }

  /** Records that are still to be projected, about: offsets can have gaps. */
  get left(): number {
    let left = 0;
    for (const [partition, target] of this.targets) left += target - (this.reached.get(partition) ?? 0);
    return left;
  }

  /** Takes note of where partitions are. */
  reach(positions: readonly Progress[]): void {
    for (const { partition, offset } of positions) {
      const target = this.targets.get(partition);
      if (target !== undefined && offset >= target) this.targets.delete(partition);
      this.reached.set(partition, Math.max(offset, this.reached.get(partition) ?? 0));
    }
  }

  /** Takes note of records that are to be projected: of a partition in which they are old, all that was there is waited for. */
  noteArrival(records: readonly StoredRecord[], now: number): void {
    const seen = new Set<number>();
    for (const { partition, offset, appendedAt } of records) {
      if (seen.has(partition)) continue;
      seen.add(partition);
      const end = this.ends.get(partition) ?? 0;
      if (now - appendedAt > ORDINARY_LAG_MS && offset < end) this.targets.set(partition, end);
    }
  }
}
