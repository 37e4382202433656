import type { StoredRecord } from '../log-record.js';

/** With this many waiting records, fetching pauses until some are taken. */
export const MAX_WAITING_RECORDS = 32_000;
/**
 * The same limit for their total length in UTF-16 units: directories have up to 16 MiB each, dead letters some 90 KB.
 */
export const MAX_WAITING_UNITS = 64 * 1024 * 1024;

/** Records that were fetched and not yet taken, in their order of arrival. */
export class ReceivedRecords {
  private batches: (readonly StoredRecord[])[] = [];
  private taken = 0;
  private units = 0;
  size = 0;

  /** Whether fetching has to pause. One fetch may exceed the limits. */
  get isFull(): boolean {
    return this.size >= MAX_WAITING_RECORDS || this.units >= MAX_WAITING_UNITS;
  }

  /** Whether there is enough room for fetching to be worthwhile again. */
  get hasRoom(): boolean {
    return this.size < MAX_WAITING_RECORDS / 2 && this.units < MAX_WAITING_UNITS / 2;
  }

  add(records: readonly StoredRecord[]): void {
    if (records.length === 0) return;
    this.batches.push(records);
    this.size += records.length;
    for (const { value } of records) this.units += value.length;
  }

  take(maxRecords: number): StoredRecord[] {
    const result: StoredRecord[] = [];
    while (result.length < maxRecords && this.batches.length > 0) {
      const [first] = this.batches as [readonly StoredRecord[]];
      const part = first.slice(this.taken, this.taken + maxRecords - result.length);
      for (const record of part) {
        result.push(record);
        this.units -= record.value.length;
      }
      this.taken += part.length;
      if (this.taken === first.length) {
        this.batches.shift();
        this.taken = 0;
      }
    }
    this.size -= result.length;
    return result;
  }

  clear(): void {
    this.batches = [];
    this.taken = 0;
    this.units = 0;
    this.size = 0;
  }
}
