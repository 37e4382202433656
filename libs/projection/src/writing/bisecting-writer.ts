import type { StoredRecord } from '#event-log';
import { isRecordFault } from '#store';

/**
 * The most records in a row that are set aside with no good one between them. More of them point to a fault of the store,
 * or of ours, rather than of the records.
 */
export const MAX_SET_ASIDE_IN_A_ROW = 10;

export interface WriteSteps<Written> {
  /** Writes the records, all of them or none. */
  write(records: readonly StoredRecord[]): Promise<Written>;
  /** Forgets what a write that failed has left in memory. */
  forget(): void;
  /** Writes a dead letter in place of a record that fails by itself. */
  setAside(record: StoredRecord, error: unknown): Promise<Written>;
}

/** Writes batches, and sets aside a record that makes its batch fail. The record is found by halving the batch. */
export class BisectingWriter<Written> {
  private setAsideInARow = 0;

  constructor(private readonly steps: WriteSteps<Written>) {}

  /**
   * @returns what was written, in one or several steps.
   * @throws whatever failed, unless a single record is to blame. What comes before the failure is written by then.
   */
  async write(records: readonly StoredRecord[]): Promise<readonly Written[]> {
    try {
      const written = await this.steps.write(records);
      this.setAsideInARow = 0;
      return [written];
    } catch (error) {
      this.steps.forget();
      if (!isRecordFault(error)) throw error;
      return this.bisect(records, error);
    }
  }

  private async bisect(records: readonly StoredRecord[], error: unknown): Promise<readonly Written[]> {
    if (records.length === 1) return [await this.setAside(records[0]!, error)];
    const half = Math.ceil(records.length / 2);
    const first = await this.write(records.slice(0, half));
    return [...first, ...(await this.write(records.slice(half)))];
  }

  private setAside(record: StoredRecord, error: unknown): Promise<Written> {
    if (this.setAsideInARow >= MAX_SET_ASIDE_IN_A_ROW) throw error;
    this.setAsideInARow++;
    return this.steps.setAside(record, error);
  }
}
