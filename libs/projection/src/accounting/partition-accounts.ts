import type { GroupPosition, StoredRecord } from '#event-log';

/** What became of the records of a partition, since the log began. */
export interface Account {
  readonly stored: number;
  readonly repeats: number;
  readonly deadLettered: number;
}

export const NOTHING: Account = { stored: 0, repeats: 0, deadLettered: 0 };

/** Records are missing between the accounts and what the consumer delivers, so the accounts must be read again. */
export class AccountsBehindError extends Error {
  override readonly name = 'AccountsBehindError';

  constructor() {
    super('the accounts belong to an older commit than the records');
  }
}

/**
 * Counts exactly what became of every record. The counts are kept in one step with the offset that they belong to, and
 * whether a record is a repeat depends on the log alone, so neither a crash nor a replay shows.
 */
export class PartitionAccounts {
  private readonly positions = new Map<number, GroupPosition>();
  private readonly accounts = new Map<number, Account>();

  /** @param gaps where records are known to be missing because retention removed them; shared with later accounts. */
  constructor(
    committed: readonly GroupPosition[],
    private readonly gaps = new Set<string>(),
  ) {
    for (const position of committed) {
      this.positions.set(position.partition, position);
      this.accounts.set(position.partition, readMetadata(position.metadata));
    }
  }

  /** The position of each partition that has accounts. */
  committed(): readonly GroupPosition[] {
    return [...this.positions.values()];
  }

  /** The offset of the partition's next record to account for. */
  offsetOf(partition: number): number {
    return this.positions.get(partition)?.offset ?? 0;
  }

  total(): Account {
    let total = NOTHING;
    for (const account of this.accounts.values()) total = sum(total, account);
    return total;
  }

  /**
   * The records that are not in the accounts yet. A consumer that had to find a new coordinator may start at an older
   * commit than that of the accounts, and gets records again that were counted before. When a partition's leader moves, it
   * may get the same records from the old leader and the new one, within one batch.
   *
   * @throws AccountsBehindError if the accounts belong to an older commit than the consumer started at.
   */
  unaccounted(records: readonly StoredRecord[]): readonly StoredRecord[] {
    const next = new Map<number, number>();
    for (const { partition, offset } of this.positions.values()) next.set(partition, offset);
    const fresh: StoredRecord[] = [];
    for (const record of records) {
      const { partition, offset } = record;
      const expected = next.get(partition) ?? offset;
      if (offset < expected) continue;
      if (offset > expected && expected > 0 && !this.gaps.has(`${partition}/${expected}`)) {
        this.gaps.add(`${partition}/${expected}`);
        throw new AccountsBehindError();
      }
      next.set(partition, offset + 1);
      fresh.push(record);
    }
    return fresh.length === records.length ? records : fresh;
  }

  /** The positions after the records, with the accounts up to there as metadata. */
  after(records: readonly StoredRecord[], changes: ReadonlyMap<number, Account>): GroupPosition[] {
    const next = new Map<number, number>();
    for (const { partition, offset } of records) next.set(partition, offset + 1);
    return [...next].map(([partition, offset]) => {
      const account = sum(this.accounts.get(partition) ?? NOTHING, changes.get(partition) ?? NOTHING);
      return { partition, offset, metadata: JSON.stringify(account) };
    });
  }

  /** Adopts positions that were committed. */
  advance(positions: readonly GroupPosition[]): void {
    for (const position of positions) {
      this.positions.set(position.partition, position);
      this.accounts.set(position.partition, readMetadata(position.metadata));
    }
  }
}

export function sum(a: Account, b: Account): Account {
  return {
    stored: a.stored + b.stored,
    repeats: a.repeats + b.repeats,
    deadLettered: a.deadLettered + b.deadLettered,
  };
}

function readMetadata(metadata: string): Account {
  return metadata === '' ? NOTHING : { ...NOTHING, ...(JSON.parse(metadata) as Partial<Account>) };
}
