import { EventEmitter } from 'node:events';
import { mkdirSync, statfsSync } from 'node:fs';
import { open, type Database, type RootDatabase } from 'lmdb';
import {
  LogUnavailableError,
  type EventLog,
  type GroupConsumer,
  type NewRecord,
  type PartitionExtent,
  type StoredRecord,
} from '../event-log.js';
import { fixedLayout, type TopicLayout } from '../partition-layout.js';
import { newLogIdentity } from '../log-identity.js';
import { Topic, type TopicName } from '../topics.js';
import { untilEvent } from '../until-event.js';
import { durably } from './durable-write.js';
import { EmbeddedGroupConsumer } from './embedded-group-consumer.js';
import { GroupCommit } from '../group-commit.js';
import { partitionOf } from './partitioner.js';
import { unitsOf } from '../record-headers.js';
import { batchAppendedAt, batchSize, decodeBatch, encodeBatch } from './record-batch.js';

export interface EmbeddedEventLogOptions {
  /** The directory of the log; made if it does not exist. */
  readonly directory: string;
  /** Partitions of each topic; fixed when the log is made, ignored afterwards. */
  readonly partitions?: number;
  /** Records that were appended longer ago than this are removed by {@link EmbeddedEventLog.enforceRetention}. */
  readonly retentionMs?: number;
  /** Free space on the disk that appends leave alone. */
  readonly reservedBytes?: number;
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now?: () => number;
}

/** The one projector of an embedded log owns all partitions, so more would only make a commit write more pages. */
export const DEFAULT_PARTITIONS = 2;

/**
 * LMDB must not meet a full disk: its report of a failed write overruns a buffer (`last_error` in `mdb_page_flush`,
 * lmdb 3.5.6), and the process is lost. What is reserved is for the groups' positions and for removing old records,
 * which go on while appends are refused.
 */
export const DEFAULT_RESERVED_BYTES = 16 * 1024 * 1024;

/** Bytes of UTF-8 that a UTF-16 unit of a record makes at most. */
const MAX_BYTES_PER_UNIT = 3;

/** Records of other processes are noticed this late at most; those of this process at once. */
export const FOREIGN_APPEND_POLL_MS = 50;

/**
 * A write resolves when its transaction is on the disk, and a failed one leaves no promise behind that nobody waits
 * for: commits are gathered by {@link GroupCommit}, so the binding's own ways of gathering them would win nothing.
 */
const WRITING = { overlappingSync: false, eventTurnBatching: false };

interface Append {
  readonly topic: TopicName;
  readonly records: readonly NewRecord[];
}

/** Records that one commit appends to one partition. */
interface Batch {
  readonly topic: TopicName;
  readonly partition: number;
  readonly records: NewRecord[];
}

type Bytes = Database<Buffer, Buffer>;

/**
 * The event log in one LMDB environment: a table for each topic, from (partition, offset of a batch's first
 * record) to the batch; a table of the next offsets; a table of the groups' positions.
 */
export class EmbeddedEventLog implements EventLog {
  private readonly environment: RootDatabase;
  private readonly topics: ReadonlyMap<TopicName, Bytes>;
  private readonly ends: Database<number, string>;
  private readonly positions: Database<{ offset: number; note: string }, string>;
  private readonly commits = new GroupCommit<Append>((appends) => this.commit(appends));
  private readonly appended = new EventEmitter().setMaxListeners(0);
  private readonly now: () => number;
  private lastAppendedAt = 0;
  private closed = false;
  readonly partitions: number;
  /** When the log was made, and a random part: `2026-01-31T08:00:00.000Z/2f1c…`. */
  readonly identityText: string;

  constructor(private readonly options: EmbeddedEventLogOptions) {
    mkdirSync(options.directory, { recursive: true });
    this.now = options.now ?? Date.now;
    this.environment = open({ path: options.directory, noSubdir: false, maxDbs: 8, ...WRITING });
    const bytes = { encoding: 'binary', keyEncoding: 'binary' } as const;
    this.topics = new Map(
      Object.values(Topic).map((name) => [name, this.environment.openDB<Buffer, Buffer>({ name, ...bytes })]),
    );
    this.ends = this.environment.openDB({ name: 'ends' });
    this.positions = this.environment.openDB({ name: 'positions' });
    this.partitions = this.fixOnce('partitions', options.partitions ?? DEFAULT_PARTITIONS);
    this.identityText = this.fixOnce('identity', newLogIdentity(this.now()));
  }

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    if (this.closed) return Promise.reject(new LogUnavailableError('the event log is closed'));
    return this.commits.add({ topic, records });
  }

  async read(
    topic: TopicName,
    partition: number,
    fromOffset: number,
    maxRecords: number,
  ): Promise<readonly StoredRecord[]> {
    const table = this.table(topic);
    const start = this.batchHolding(table, partition, fromOffset) ?? batchKey(partition, fromOffset);
    const records: StoredRecord[] = [];
    for (const { key, value } of table.getRange({
      start,
      end: batchKey(partition + 1, 0),
      snapshot: false,
    })) {
      const limit = maxRecords - records.length;
      if (limit <= 0) break;
      decodeBatch(records, value, { partition, baseOffset: baseOffsetOf(key), from: fromOffset, limit });
    }
    return records;
  }

  async extents(topic: TopicName): Promise<readonly PartitionExtent[]> {
    return Array.from({ length: this.partitions }, (_, partition) => ({
      partition,
      begin: this.begin(topic, partition),
      end: this.end(topic, partition),
    }));
  }

  async identity(): Promise<string> {
    return this.identityText;
  }

  async layout(): Promise<TopicLayout> {
    return fixedLayout(this.partitions);
  }

  partitionOf(key: string, partitions: number): number {
    return partitionOf(key, partitions);
  }

  async join(group: string, topic: TopicName): Promise<GroupConsumer> {
    return new EmbeddedGroupConsumer(this, this.positions, group, topic, this.now);
  }

  /** Members are objects of one process, which nobody else can see. */
  async members(): Promise<number> {
    return 0;
  }

  async ping(): Promise<void> {
    if (this.closed) throw new LogUnavailableError('the event log is closed');
    this.checkRoomFor(0);
    await durably(this.ends.put('pinged', this.now()));
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.commits.idle();
    await this.environment.close();
  }

  /** Resolves when something may have been appended to the topic, after `waitMs`, or once `signal` is aborted. */
  async untilAppended(topic: TopicName, waitMs: number, signal?: AbortSignal): Promise<void> {
    await untilEvent(this.appended, topic, Math.min(waitMs, FOREIGN_APPEND_POLL_MS), signal);
  }

  /** The offset behind the last record of the partition, as all processes see it. */
  end(topic: TopicName, partition: number): number {
    return this.ends.get(endKey(topic, partition)) ?? 0;
  }

  /**
   * Removes whole batches that were appended before the retention, oldest first. Directories stay: the last of each
   * system is in force however old it is.
   *
   * @returns the number of records removed.
   */
  async enforceRetention(): Promise<number> {
    const { retentionMs } = this.options;
    if (retentionMs === undefined) return 0;
    const oldest = this.now() - retentionMs;
    let removed = 0;
    for (const topic of this.topics.keys()) {
      if (topic === Topic.personnel) continue;
      for (let partition = 0; partition < this.partitions; partition++) {
        removed += await this.removeWhile(topic, partition, ({ appendedAt }) => appendedAt < oldest);
      }
    }
    return removed;
  }

  /** Removes whole batches of records before the offset, however young. */
  async removeBefore(topic: TopicName, partition: number, offset: number): Promise<void> {
    await this.removeWhile(topic, partition, ({ end }) => end <= offset);
  }

  private async removeWhile(
    topic: TopicName,
    partition: number,
    isToGo: (batch: { appendedAt: number; end: number }) => boolean,
  ): Promise<number> {
    const table = this.table(topic);
    const expired: Buffer[] = [];
    let records = 0;
    const range = { start: batchKey(partition, 0), end: batchKey(partition + 1, 0) };
    for (const { key, value } of table.getRange(range)) {
      const size = batchSize(value);
      if (!isToGo({ appendedAt: batchAppendedAt(value), end: baseOffsetOf(key) + size })) break;
      expired.push(Buffer.from(key));
      records += size;
    }
    await Promise.all(expired.map((key) => durably(table.remove(key))));
    return records;
  }

  /** Appends a group and flushes it to disk. */
  private async commit(appends: readonly Append[]): Promise<void> {
    const batches = this.groupByPartition(appends);
    this.checkRoomFor(sizeOf(batches));
    const appendedAt = (this.lastAppendedAt = Math.max(this.now(), this.lastAppendedAt));
    for (let left = batches; left.length > 0;) left = await this.putBehindEnds(left, appendedAt);
    for (const { topic } of batches) this.appended.emit(topic);
  }

  /**
   * Puts each batch behind the end of its partition and flushes. Conditional puts instead of a transaction that reads
   * the ends: a transaction goes back and forth between LMDB's writing thread and a busy event loop.
   *
   * @returns the batches that another process got ahead of.
   */
  private async putBehindEnds(batches: readonly Batch[], appendedAt: number): Promise<readonly Batch[]> {
    const puts = batches.map(({ topic, partition, records }) => {
      const end = this.end(topic, partition);
      const table = this.table(topic);
      const put = table.ifNoExists(batchKey(partition, end), () => {
        void table.put(batchKey(partition, end), encodeBatch(records, appendedAt));
        void this.ends.put(endKey(topic, partition), end + records.length);
      });
      return durably(put);
    });
    const done = await Promise.all(puts);
    return batches.filter((_, i) => !done[i]);
  }

  private checkRoomFor(bytes: number): void {
    const { directory, reservedBytes = DEFAULT_RESERVED_BYTES } = this.options;
    const free = freeBytes(directory);
    if (free >= reservedBytes + bytes) return;
    throw new LogUnavailableError(`the disk of the event log has only ${free} bytes free`);
  }

  private groupByPartition(appends: readonly Append[]): readonly Batch[] {
    const batches = new Map<string, Batch>();
    for (const { topic, records } of appends) {
      for (const record of records) {
        const partition = partitionOf(record.key, this.partitions);
        const name = endKey(topic, partition);
        const batch = batches.get(name);
        if (batch === undefined) batches.set(name, { topic, partition, records: [record] });
        else batch.records.push(record);
      }
    }
    return [...batches.values()];
  }

  private begin(topic: TopicName, partition: number): number {
    const range = {
      start: batchKey(partition, 0),
      end: batchKey(partition + 1, 0),
      limit: 1,
      snapshot: false,
    };
    for (const key of this.table(topic).getKeys(range)) return baseOffsetOf(key);
    return this.end(topic, partition);
  }

  /** The key of the batch in which `offset` lies, if that batch begins before it. */
  private batchHolding(table: Bytes, partition: number, offset: number): Buffer | undefined {
    const range = {
      start: batchKey(partition, offset),
      end: batchKey(partition, 0),
      reverse: true,
      limit: 1,
      snapshot: false,
    };
    for (const key of table.getKeys(range)) return Buffer.from(key);
    return offset > 0 && table.doesExist(batchKey(partition, 0)) ? batchKey(partition, 0) : undefined;
  }

  private table(topic: TopicName): Bytes {
    return this.topics.get(topic)!;
  }

  /** What the log was made with; of several processes that make it at once, one decides. */
  private fixOnce<T extends number | string>(name: string, wanted: T): T {
    const facts = this.ends as Database<number | string, string>;
    return this.environment.transactionSync(() => {
      const fixed = facts.get(name) as T | undefined;
      if (fixed === undefined) facts.putSync(name, wanted);
      return fixed ?? wanted;
    });
  }
}

/** @throws LogUnavailableError if the directory is not there any more. */
function freeBytes(directory: string): number {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch (cause) {
    throw new LogUnavailableError('the directory of the event log cannot be reached', { cause });
  }
}

function sizeOf(batches: readonly Batch[]): number {
  let units = 0;
  for (const { records } of batches) {
    for (const { value, headers } of records) units += value.length + unitsOf(headers);
  }
  return units * MAX_BYTES_PER_UNIT;
}

const OFFSET_HIGH = 2 ** 32;

function batchKey(partition: number, baseOffset: number): Buffer {
  const key = Buffer.allocUnsafe(10);
  key.writeUInt16BE(partition, 0);
  key.writeUInt32BE(Math.floor(baseOffset / OFFSET_HIGH), 2);
  key.writeUInt32BE(baseOffset % OFFSET_HIGH, 6);
  return key;
}

function baseOffsetOf(key: Buffer): number {
  return key.readUInt32BE(2) * OFFSET_HIGH + key.readUInt32BE(6);
}

function endKey(topic: TopicName, partition: number): string {
  return `${topic}/${partition}`;
}
