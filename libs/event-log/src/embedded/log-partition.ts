import type { Database } from 'lmdb';
import { LogDamagedError } from '../log-errors.js';
import type { StoredRecord } from '../log-record.js';
import type { TopicName } from '../topics.js';
import { baseOffsetOf, batchKey, endKey } from './batch-key.js';
import { openSealed } from './batch-seal.js';
import type { LogMetadata } from './log-metadata.js';
import { batchAppendedAt, batchSize, decodeBatch } from './record-batch.js';

export type Bytes = Database<Buffer, Buffer>;

/** A batch that retention may remove. */
export interface RemovableBatch {
  readonly key: Buffer;
  /** The offset after its last record. */
  readonly end: number;
}

/** The smallest batch has this many bytes. */
const SMALLEST_BATCH_BYTES = 12;

/**
 * One partition of the embedded log. It verifies everything it returns: the checksum of each batch, and that the
 * batches follow each other without gaps from the recorded begin to the recorded end.
 *
 * Its methods are synchronous and read one snapshot, unless another process commits meanwhile. So callers must repeat a
 * failed read in a write transaction before they report damage.
 */
export class LogPartition {
  /** Recorded once, when a version that seals first opens the partition. */
  private sealedFrom: number | undefined;

  constructor(
    readonly topic: TopicName,
    private readonly partition: number,
    private readonly table: Bytes,
    private readonly ends: Database<number, string>,
    private readonly metadata: LogMetadata,
  ) {}

  /** The offset after the last record. */
  get end(): number {
    return this.ends.get(endKey(this.topic, this.partition)) ?? 0;
  }

  get begin(): number {
    return this.metadata.begin(this.topic, this.partition) ?? 0;
  }

  /** When the last record was appended; `undefined` if the partition is empty. */
  get lastAppendedAt(): number | undefined {
    const last = this.lastBatch();
    return last === undefined ? undefined : batchAppendedAt(last.value);
  }

  /** Records where the partition begins and from where its batches are sealed, if that is not recorded yet. */
  prepare(isNewLog: boolean): void {
    const { topic, partition, metadata, end } = this;
    if (metadata.begin(topic, partition) !== undefined) return;
    if (!isNewLog && end > 0) throw this.damage(0, 'the record of where the partition begins is missing');
    metadata.setBegin(topic, partition, this.firstOffset() ?? end);
    metadata.setSealedFrom(topic, partition, end);
  }

  /** @throws LogDamagedError if the first batch is not at the begin, or the last does not reach the end. */
  checkExtent(): void {
    const { begin, end } = this;
    if (!isOffset(begin) || !isOffset(end) || begin > end) {
      throw this.damage(0, `its recorded extent is ${begin} to ${end}`);
    }
    const first = this.firstOffset() ?? end;
    if (first !== begin) throw this.damage(begin, `the first batch is at ${first}`);
    this.checkReachesEnd(this.lastBatch(), end);
  }

  /** @throws LogDamagedError */
  read(fromOffset: number, maxRecords: number): StoredRecord[] {
    const { partition, table, begin, end } = this;
    const start = this.keyOfBatchWith(fromOffset) ?? batchKey(partition, begin);
    let expected = baseOffsetOf(start);
    const records: StoredRecord[] = [];
    for (const { key, value } of table.getRange({
      start,
      end: batchKey(partition + 1, 0),
      snapshot: false,
    })) {
      const limit = maxRecords - records.length;
      if (limit <= 0) return records;
      const baseOffset = baseOffsetOf(key);
      if (baseOffset !== expected) throw this.damage(expected, `the next batch is at ${baseOffset}`);
      const body = this.verified(baseOffset, value);
      decodeBatch(records, body, { partition, baseOffset, from: fromOffset, limit });
      expected = baseOffset + batchSize(body);
    }
    if (expected !== end) throw this.damage(expected, `the batches end here and should reach ${end}`);
    return records;
  }

  /**
   * The oldest batches up to the last one that was appended before the cutoff. A damaged batch proves nothing, so it is
   * included only if an intact one follows that is. Records from a time when the clock was ahead do not protect those
   * that follow, provided the newest record shows that the clock was corrected. Otherwise every record might seem to be
   * ahead, and all of them would be read.
   */
  expiredBefore(cutoff: number, now: number): RemovableBatch[] {
    const isClockRight = (this.lastAppendedAt ?? 0) <= now;
    const batches: RemovableBatch[] = [];
    let expired = 0;
    for (const { key, value } of this.all()) {
      const baseOffset = baseOffsetOf(key);
      const appendedAt = value.length < SMALLEST_BATCH_BYTES ? Infinity : batchAppendedAt(value);
      if (appendedAt >= cutoff && !(isClockRight && appendedAt > now)) break;
      batches.push({ key: Buffer.from(key), end: baseOffset + batchSizeOr0(value) });
      if (appendedAt < cutoff && this.isWhole(baseOffset, value)) expired = batches.length;
    }
    return batches.slice(0, expired);
  }

  /** The oldest batches, as far as all their records are before the offset. */
  before(offset: number): RemovableBatch[] {
    const batches: RemovableBatch[] = [];
    for (const { key, value } of this.all()) {
      const end = baseOffsetOf(key) + batchSizeOr0(value);
      if (end > offset) break;
      batches.push({ key: Buffer.from(key), end });
    }
    return batches;
  }

  /** Removes the batches, which must be the oldest ones. To be called within a write transaction. */
  remove(batches: readonly RemovableBatch[]): void {
    for (const { key } of batches) this.table.removeSync(key);
    // Another process may have removed more meanwhile.
    const begin = Math.max(this.begin, batches.at(-1)?.end ?? 0);
    this.metadata.setBegin(this.topic, this.partition, begin);
  }

  private *all(): Iterable<{ key: Buffer; value: Buffer }> {
    const { partition, table } = this;
    yield* table.getRange({ start: batchKey(partition, 0), end: batchKey(partition + 1, 0) });
  }

  private verified(baseOffset: number, batch: Buffer): Buffer {
    const opened = this.open(baseOffset, batch);
    if ('fault' in opened) throw this.damage(baseOffset, opened.fault);
    return opened.body;
  }

  private isWhole(baseOffset: number, batch: Buffer): boolean {
    return 'body' in this.open(baseOffset, batch);
  }

  private open(baseOffset: number, batch: Buffer): ReturnType<typeof openSealed> {
    const { topic, partition } = this;
    this.sealedFrom ??= this.metadata.sealedFrom(topic, partition);
    const opened = openSealed(batch, { topic, partition, baseOffset }, baseOffset >= this.sealedFrom);
    const isUnsealed = 'body' in opened && opened.body === batch;
    return isUnsealed && !isLaidOut(batch) ? { fault: 'a batch is not laid out as one' } : opened;
  }

  /** The key of the batch that contains the offset, or of the last one before it. */
  private keyOfBatchWith(offset: number): Buffer | undefined {
    const { partition, table } = this;
    const end = batchKey(partition, 0);
    const range = { start: batchKey(partition, offset), end, reverse: true, limit: 1, snapshot: false };
    for (const key of table.getKeys(range)) return Buffer.from(key);
    return offset > 0 && table.doesExist(end) ? end : undefined;
  }

  private firstOffset(): number | undefined {
    const { partition, table } = this;
    const range = {
      start: batchKey(partition, 0),
      end: batchKey(partition + 1, 0),
      limit: 1,
      snapshot: false,
    };
    for (const key of table.getKeys(range)) return baseOffsetOf(key);
    return undefined;
  }

  private lastBatch(): { readonly baseOffset: number; readonly value: Buffer } | undefined {
    const key = this.keyOfBatchWith(MAX_OFFSET);
    const value = key && this.table.get(key);
    return value && { baseOffset: baseOffsetOf(key), value };
  }

  private checkReachesEnd(last: ReturnType<LogPartition['lastBatch']>, end: number): void {
    if (last === undefined) return;
    const reached = last.baseOffset + batchSizeOr0(last.value);
    if (reached !== end) {
      throw this.damage(last.baseOffset, `the last batch ends at ${reached} and should end at ${end}`);
    }
  }

  private damage(offset: number, found: string): LogDamagedError {
    return new LogDamagedError(found, { topic: this.topic, partition: this.partition, offset });
  }
}

/** Offsets are numbers, so they have at most 53 bits. */
const MAX_OFFSET = Number.MAX_SAFE_INTEGER;

function isOffset(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function batchSizeOr0(batch: Buffer): number {
  return batch.length < SMALLEST_BATCH_BYTES ? 0 : batchSize(batch);
}

/** Whether the body is as long as its head says: the check for batches without a checksum. */
function isLaidOut(body: Buffer): boolean {
  if (body.length < SMALLEST_BATCH_BYTES) return false;
  let end = SMALLEST_BATCH_BYTES + 4 * batchSize(body);
  if (end > body.length) return false;
  for (let at = SMALLEST_BATCH_BYTES; at < SMALLEST_BATCH_BYTES + 4 * batchSize(body); at += 4) {
    end += body.readUInt32LE(at);
  }
  return end === body.length || (end < body.length && isJson(body.toString('utf8', end)));
}

function isJson(text: string): boolean {
  try {
    return Array.isArray(JSON.parse(text));
  } catch {
    return false;
  }
}
