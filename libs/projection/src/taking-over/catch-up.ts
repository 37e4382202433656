import type { GroupPosition, PartitionOffsets, StoredRecord } from '#event-log';
import type { ProjectedPosition } from '#store';

/** Records that arrive older than this are not ordinary lag: the store has been behind for a while. */
export const ORDINARY_LAG_MS = 60_000;

interface Progress {
  readonly partition: number;
  readonly offset: number;
}

/** What a projector knows of partitions that it takes over. */
export interface KnownProgress {
  readonly stored: readonly ProjectedPosition[];
  /** Only of the partitions that it takes over. */
  readonly committed: readonly GroupPosition[];
  readonly offsets: readonly PartitionOffsets[];
}

/**
 * What a store has to take in before it can be answered from: what it once had, as the group's commit shows, and what has
 * long been in the log. Nobody waits for what came within the last moments, which is ordinary lag.
 */
export class CatchUp {
  private readonly targets = new Map<number, number>();
  private readonly reached = new Map<number, number>();
  private readonly ends: ReadonlyMap<number, number>;

  /** @param targets the offset to reach in each partition. */
  constructor(targets: readonly Progress[], offsets: readonly PartitionOffsets[] = []) {
    for (const { partition, offset } of targets) if (offset > 0) this.targets.set(partition, offset);
    this.ends = new Map(offsets.map(({ partition, end }) => [partition, end]));
  }

  static of({ stored, committed, offsets }: KnownProgress): CatchUp {
    const ends = new Map(offsets.map(({ partition, end }) => [partition, end]));
    const targets = committed.map(({ partition, offset }) => {
      const isKnown = stored.some((position) => position.partition === partition);
      const end = ends.get(partition) ?? 0;
      // A commit beyond the log's end is of another history of the topic.
      return { partition, offset: isKnown ? Math.min(offset, end) : end };
    });
    const catchUp = new CatchUp(targets, offsets);
    catchUp.reach(stored);
    return catchUp;
  }

  get isDone(): boolean {
    return this.targets.size === 0;
  }

  /** About how many records are still to be projected: offsets can have gaps. */
  get left(): number {
    let left = 0;
    for (const [partition, target] of this.targets) left += target - (this.reached.get(partition) ?? 0);
    return left;
  }

  /** The store is there by now. */
  reach(positions: readonly Progress[]): void {
    for (const { partition, offset } of positions) {
      const target = this.targets.get(partition);
      if (target !== undefined && offset >= target) this.targets.delete(partition);
      this.reached.set(partition, Math.max(offset, this.reached.get(partition) ?? 0));
    }
  }

  /** Records are about to be projected. If those of a partition are old, all that was in it at the start is waited for. */
  expect(records: readonly StoredRecord[], now: number): void {
    const seen = new Set<number>();
    for (const { partition, offset, appendedAt } of records) {
      if (seen.has(partition)) continue;
      seen.add(partition);
      const end = this.ends.get(partition) ?? 0;
      if (now - appendedAt > ORDINARY_LAG_MS && offset < end) this.targets.set(partition, end);
    }
  }
}
