import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { RecordHeaders, StoredRecord } from '../log-record.js';

/** A record of Kafka as the port has it. A record without a value (a tombstone) is an empty text, which no decoder reads. */
export function storedRecord(
  partition: number,
  { offset, timestamp, key, value, headers }: KafkaMessage,
): StoredRecord {
  const kept = headers === undefined ? undefined : recordHeaders(headers);
  const [at, appendedAt, text] = [Number(offset), Number(timestamp), value?.toString('utf8') ?? ''];
  // Named one by one, as all of ours are: spreading objects costs several times as much, on each record.
  if (key !== null && kept === undefined) {
    return { partition, offset: at, appendedAt, key: key.toString('utf8'), value: text };
  }
  return {
    partition,
    offset: at,
    appendedAt,
    ...(key === null ? {} : { key: key.toString('utf8') }),
    value: text,
    ...(kept === undefined ? {} : { headers: kept }),
  };
}

/** Of a header that is there several times, which we never write, the last counts. */
function recordHeaders(headers: IHeaders): RecordHeaders | undefined {
  let kept: Record<string, string> | undefined;
  for (const name in headers) {
    const value = [headers[name]].flat().at(-1);
    if (value !== undefined) (kept ??= {})[name] = value.toString();
  }
  return kept;
}

/** Fetched records that wait to be taken; beyond that nothing more is fetched until some are. */
export const MAX_WAITING_RECORDS = 32_000;
/** UTF-16 units that the values of those have together: directories have up to 16 MiB each, dead letters some 90 KB. */
export const MAX_WAITING_UNITS = 64 * 1024 * 1024;

/** Records that were fetched and not yet taken, in the order in which they came. */
export class ReceivedRecords {
  private batches: (readonly StoredRecord[])[] = [];
  private taken = 0;
  private units = 0;
  size = 0;

  /** Whether nothing more is to be fetched for now; it is over by what one fetch brings at most. */
  get isFull(): boolean {
    return this.size >= MAX_WAITING_RECORDS || this.units >= MAX_WAITING_UNITS;
  }

  /** Whether there is room for so much that to fetch again is worth while. */
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
