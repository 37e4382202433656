import type { EventReader, GroupPosition, StoredRecord, TopicLayout } from '#event-log';
import { NO_CHANGES, type ProjectedPosition, type ProjectionStore } from '#store';
import { NOTHING, type PartitionAccounts } from '../accounting/partition-accounts.js';
import { SequenceLedger } from '../accounting/sequence-ledger.js';
import { accountForUnreadable } from '../topics/account-for-unreadable.js';
import { BisectingWriter } from './bisecting-writer.js';
import { fingerprintOf } from '../taking-over/record-fingerprint.js';
import { splitMisplaced } from './split-misplaced.js';
import type { BatchProjection, TopicProjection } from '../runner/topic-projection.js';
import { setAsideRecord } from './unprojectable-record.js';

export interface BatchWriterParts {
  readonly log: Pick<EventReader, 'partitionOf'>;
  readonly store: ProjectionStore;
  readonly projection: TopicProjection;
  readonly topic: string;
  readonly type: string;
  readonly rules: string;
  /** The identity of the topic's history. */
  readonly logId: string;
  readonly layout: TopicLayout;
  readonly accounts: PartitionAccounts;
  /** Appends records again to the partitions where they belong. */
  move(records: readonly StoredRecord[]): Promise<void>;
}

/** Writes the records of a topic to the store, each batch together with how far the store then is. */
export class BatchWriter {
  private readonly writer: BisectingWriter<BatchProjection>;

  constructor(private readonly parts: BatchWriterParts) {
    this.writer = new BisectingWriter({
      write: async (records) => this.write(records, await this.project(records)),
      forget: () => parts.projection.forget(),
      setAside: (record, error) => this.setAside(record, error),
    });
  }

  /** How far the store is in each partition that it has records of. */
  get positions(): readonly GroupPosition[] {
    return this.parts.accounts.committed();
  }

  /** How far the store is in the partitions of these records. */
  positionsOf(records: readonly StoredRecord[]): readonly GroupPosition[] {
    const partitions = new Set(records.map(({ partition }) => partition));
    return this.positions.filter(({ partition }) => partitions.has(partition));
  }

  /** The offset of the partition's next record that the store does not have. */
  offsetOf(partition: number): number {
    return this.parts.accounts.offsetOf(partition);
  }

  /**
   * Projects the records and writes what they change; the store is past them once this resolves. A record that makes the
   * batch fail is written as a dead letter instead.
   *
   * @returns what was written, in one or several steps.
   * @throws whatever failed. The same records may be passed again: those that were written are skipped.
   */
  async carry(batch: readonly StoredRecord[]): Promise<readonly BatchProjection[]> {
    const records = this.parts.accounts.unaccounted(batch);
    return records.length === 0 ? [] : this.writer.write(records);
  }

  private async setAside(record: StoredRecord, error: unknown): Promise<BatchProjection> {
    const { topic, type } = this.parts;
    const ledger = new SequenceLedger();
    accountForUnreadable(record, ledger);
    const changes = {
      ...NO_CHANGES,
      deadLetters: [setAsideRecord(topic, type, record, error)],
      receipts: ledger.rows(),
    };
    const accounts = new Map([[record.partition, { ...NOTHING, deadLettered: 1 }]]);
    return this.write([record], { changes, accounts });
  }

  private async project(records: readonly StoredRecord[]): Promise<BatchProjection> {
    const { log, layout, projection, move } = this.parts;
    const { placed, misplaced } = splitMisplaced(records, layout, log);
    const projected = await projection.project(placed, layout);
    // Before the store says that it is past them. A record that is moved twice counts as a repeat.
    await move(misplaced);
    return projected;
  }

  private async write(
    records: readonly StoredRecord[],
    projected: BatchProjection,
  ): Promise<BatchProjection> {
    const { store, accounts } = this.parts;
    const after = accounts.after(records, projected.accounts);
    const last = new Map(records.map((record) => [record.partition, record]));
    const positions = after.map((position) =>
      this.projectedPosition(position, last.get(position.partition)!),
    );
    await store.write({ ...projected.changes, positions });
    accounts.advance(after);
    return projected;
  }

  private projectedPosition(position: GroupPosition, lastRecord: StoredRecord): ProjectedPosition {
    const { topic, logId, rules } = this.parts;
    return { topic, logId, rules, ...position, lastRecord: fingerprintOf(lastRecord) };
  }
}
