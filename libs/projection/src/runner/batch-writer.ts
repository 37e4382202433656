import type { EventReader, GroupPosition, StoredRecord, TopicLayout } from '#event-log';
import { isRecordFault, NO_CHANGES, type ProjectedPosition, type ProjectionStore } from '#store';
import { NOTHING, type PartitionAccounts } from '../accounting/partition-accounts.js';
import { splitMisplaced } from './split-misplaced.js';
import { SequenceLedger } from '../accounting/sequence-ledger.js';
import { fingerprintOf } from './record-fingerprint.js';
import type { BatchProjection, TopicProjection } from './topic-projection.js';
import { receiptOfUnreadable } from '../topics/unreadable-receipt.js';
import { setAsideRecord } from './unprojectable-record.js';

/**
 * Records that are put aside one after another, with none in between that could be projected. More of them say that
 * something is wrong with the store, or with us, and not with the records.
 */
export const MAX_SET_ASIDE_IN_A_ROW = 10;

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
  /** Takes what lies where it does not belong; once it resolves, that is where it belongs. */
  move(records: readonly StoredRecord[]): Promise<void>;
}

/** Carries records of a topic into the store, with where the store then is. */
export class BatchWriter {
  private setAsideInARow = 0;

  constructor(private readonly parts: BatchWriterParts) {}

  /** How far the store is in each partition of which it has anything. */
  get positions(): readonly GroupPosition[] {
    return this.parts.accounts.committed();
  }

  /** The same, of the partitions of these records. */
  positionsOf(records: readonly StoredRecord[]): readonly GroupPosition[] {
    const partitions = new Set(records.map(({ partition }) => partition));
    return this.positions.filter(({ partition }) => partitions.has(partition));
  }

  /** The offset of the next record of the partition that the store does not have. */
  offsetOf(partition: number): number {
    return this.parts.accounts.offsetOf(partition);
  }

  /**
   * Projects the records and writes what they change; the store is behind them once this resolves. A record because of which
   * that fails is looked for by halves, and put aside as a dead letter; what is before it is kept by then.
   *
   * @returns what was written, in one or several steps.
   * @throws whatever failed. The same records can come again: what was kept of them is passed over.
   */
  async carry(batch: readonly StoredRecord[]): Promise<readonly BatchProjection[]> {
    const records = this.parts.accounts.unaccounted(batch);
    if (records.length === 0) return [];
    try {
      const written = await this.write(records, await this.project(records));
      this.setAsideInARow = 0;
      return [written];
    } catch (error) {
      this.parts.projection.forget();
      if (!isRecordFault(error)) throw error;
      return this.isolate(records, error);
    }
  }

  private async isolate(
    records: readonly StoredRecord[],
    error: unknown,
  ): Promise<readonly BatchProjection[]> {
    if (records.length === 1) return [await this.setAside(records[0]!, error)];
    const half = Math.ceil(records.length / 2);
    const written = [...(await this.carry(records.slice(0, half)))];
    written.push(...(await this.carry(records.slice(half))));
    return written;
  }

  private async setAside(record: StoredRecord, error: unknown): Promise<BatchProjection> {
    if (this.setAsideInARow >= MAX_SET_ASIDE_IN_A_ROW) throw error;
    this.setAsideInARow++;
    const { topic, type } = this.parts;
    const receipts = new SequenceLedger();
    receiptOfUnreadable(record, receipts);
    const changes = {
      ...NO_CHANGES,
      deadLetters: [setAsideRecord(topic, type, record, error)],
      receipts: receipts.rows(),
    };
    return this.write([record], {
      changes,
      accounts: new Map([[record.partition, { ...NOTHING, deadLettered: 1 }]]),
    });
  }

  private async project(records: readonly StoredRecord[]): Promise<BatchProjection> {
    const { log, layout, projection, move } = this.parts;
    const { placed, misplaced } = splitMisplaced(records, layout, log);
    const projected = await projection.project(placed, layout);
    // Before the store says that it is behind them: what is moved and counted twice is a repeat.
    await move(misplaced);
    return projected;
  }

  private async write(
    records: readonly StoredRecord[],
    projected: BatchProjection,
  ): Promise<BatchProjection> {
    const { store, accounts } = this.parts;
    const behind = accounts.after(records, projected.accounts);
    const last = new Map(records.map((record) => [record.partition, record]));
    const positions = behind.map(({ partition, offset, metadata }): ProjectedPosition => {
      const { topic, logId, rules } = this.parts;
      return {
        topic,
        logId,
        rules,
        partition,
        offset,
        metadata,
        lastRecord: fingerprintOf(last.get(partition)!),
      };
    });
    await store.write({ ...projected.changes, positions });
    accounts.advance(behind);
    return projected;
  }
}
