import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { open, type Database, type RootDatabase } from 'lmdb';
import type { GroupConsumer } from '../consumer-groups.js';
import type { EventLog } from '../event-log.js';
import { LogUnavailableError } from '../log-errors.js';
import type { NewRecord, StoredRecord } from '../log-record.js';
import { type PartitionOffsets, fixedLayout, type TopicLayout } from '../partition-layout.js';
import { newLogIdentity } from '../log-identity.js';
import { Topic, type TopicName } from '../topics.js';
import { waitForEvent } from '../wait-for-event.js';
import { monotonic as monotonicClock, wallClock } from '#telemetry';
import type { RetentionFindings } from '#domain';
import type { RetentionRun } from '../retention/retention-run.js';
import { batchKey, endKey } from './batch-key.js';
import { SEAL_BYTES, sealBatch } from './batch-seal.js';
import { durably } from './durable-write.js';
import { EmbeddedGroupConsumer } from './embedded-group-consumer.js';
import { EmbeddedRetention, removeBatches } from './embedded-retention.js';
import { GroupCommit } from '../group-commit.js';
import { checkIdentity, readMarker, writeMarker, type LogMarker } from './log-marker.js';
import { LogNotes } from './log-notes.js';
import { LogPartition, type Bytes } from './log-partition.js';
import { freeBytesInFile, freeBytesOnDisk, hasRoomFor } from './log-room.js';
import { asDamage, asDamageIfUnreadable } from './lmdb-damage.js';
import { partitionByFnv1a } from '../key-partition.js';
import { unitsOf } from '../record-headers.js';
import { encodeBatch } from './record-batch.js';

export interface EmbeddedEventLogOptions {
  /** The directory of the log; made if it does not exist. */
  readonly directory: string;
  /** Partitions of each topic; fixed when the log is made, ignored afterwards. */
  readonly partitions?: number;
  /** Records that were appended longer ago than this are removed by {@link EmbeddedEventLog.enforceRetention}. */
  readonly retentionMs?: number;
  /** Free space on the disk that appends leave alone. */
  readonly reservedBytes?: number;
  /** The wall clock, in milliseconds since the Unix epoch: it may jump. */
  readonly now?: () => number;
  /** What waits are measured by, in milliseconds: it never goes back. */
  readonly monotonic?: () => number;
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

/** Appends get no earlier times than those before them while the clock is set back by no more than this. */
const LARGEST_CLOCK_CORRECTION_MS = 3_600_000;

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

/**
 * The event log in one LMDB environment: a table for each topic, from (partition, offset of a batch's first
 * record) to the batch; a table of the next offsets; a table of the groups' positions.
 */
export class EmbeddedEventLog implements EventLog {
  readonly partitionOf = partitionByFnv1a;
  private readonly environment: RootDatabase;
  private readonly topics: ReadonlyMap<TopicName, Bytes>;
  private readonly ends: Database<number, string>;
  private readonly positions: Database<{ offset: number; note: string }, string>;
  private readonly commits = new GroupCommit<Append>((appends) => this.commit(appends));
  private readonly appended = new EventEmitter().setMaxListeners(0);
  private readonly now: () => number;
  private readonly notes: LogNotes;
  private readonly contents: ReadonlyMap<string, LogPartition>;
  private readonly retention: EmbeddedRetention | undefined;
  private lastAppendedAt = 0;
  private closed = false;
  readonly partitions: number;
  /** Which log this is: `${ISO time of creation}/${uuid}`, made once with the log. */
  readonly identityText: string;

  /**
   * @throws LogReplacedError if another log was in the directory.
   * @throws LogDamagedError
   */
  constructor(private readonly options: EmbeddedEventLogOptions) {
    mkdirSync(options.directory, { recursive: true });
    this.now = options.now ?? wallClock;
    const marker = readMarker(options.directory);
    this.environment = asDamage(() =>
      open({ path: options.directory, noSubdir: false, maxDbs: 8, ...WRITING }),
    );
    try {
      const bytes = { encoding: 'binary', keyEncoding: 'binary' } as const;
      const table = (name: TopicName) => this.environment.openDB<Buffer, Buffer>({ name, ...bytes });
      this.topics = asDamageIfUnreadable(
        () => new Map(Object.values(Topic).map((name) => [name, table(name)])),
      );
      this.ends = asDamageIfUnreadable(() => this.environment.openDB({ name: 'ends' }));
      this.positions = asDamageIfUnreadable(() => this.environment.openDB({ name: 'positions' }));
      this.notes = new LogNotes(this.ends);
      const known = this.identify(marker);
      this.identityText = known.identity;
      this.partitions = known.partitions;
      this.contents = known.contents;
      this.retention = this.makeRetention();
      if (marker === undefined) writeMarker(options.directory, this.identityText);
    } catch (error) {
      void this.environment.close();
      throw error;
    }
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
    return this.consistently(() => this.contentsOf(topic, partition).read(fromOffset, maxRecords));
  }

  async offsets(topic: TopicName): Promise<readonly PartitionOffsets[]> {
    return Array.from({ length: this.partitions }, (_, partition) => {
      const { begin, end } = this.contentsOf(topic, partition);
      return { partition, begin, end };
    });
  }

  async identity(): Promise<string> {
    return this.identityText;
  }

  async layout(): Promise<TopicLayout> {
    return fixedLayout(this.partitions);
  }

  async join(group: string, topic: TopicName): Promise<GroupConsumer> {
    const { now, options } = this;
    const monotonic = options.monotonic ?? monotonicClock;
    return new EmbeddedGroupConsumer(this, this.positions, group, topic, { now, monotonic });
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
    await waitForEvent(this.appended, topic, Math.min(waitMs, FOREIGN_APPEND_POLL_MS), signal);
  }

  /** The offset behind the last record of the partition, as all processes see it. */
  end(topic: TopicName, partition: number): number {
    return this.ends.get(endKey(topic, partition)) ?? 0;
  }

  /** What the retention would find now; nothing is changed. Absent without `retentionMs`. */
  findExpired(): RetentionFindings | undefined {
    return this.retention && this.consistently(() => this.retention!.find());
  }

  /**
   * Removes whole batches that were appended before the retention, oldest first, if the policy allows it. Directories
   * stay: the last of each system is in force however old it is.
   *
   * @param isConfirmed whether somebody has looked at what would go and wants it to go, whatever the policy says.
   * @returns what was found, decided and removed; nothing without `retentionMs`.
   */
  async enforceRetention(isConfirmed = false): Promise<RetentionRun | undefined> {
    return this.retention?.run(isConfirmed);
  }

  /** Removes whole batches of records before the offset, however young. */
  async removeBefore(topic: TopicName, partition: number, offset: number): Promise<void> {
    const contents = this.contentsOf(topic, partition);
    await removeBatches(this.environment, contents, contents.before(offset));
  }

  /** Appends a group and flushes it to disk. */
  private async commit(appends: readonly Append[]): Promise<void> {
    const batches = this.groupByPartition(appends);
    this.checkRoomFor(sizeOf(batches));
    const appendedAt = this.appendTime();
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
      const batch = encodeBatch(records, appendedAt, SEAL_BYTES);
      sealBatch(batch, { topic, partition, baseOffset: end });
      const put = table.ifNoExists(batchKey(partition, end), () => {
        void table.put(batchKey(partition, end), batch);
        void this.ends.put(endKey(topic, partition), end + records.length);
      });
      return durably(put);
    });
    const done = await Promise.all(puts);
    return batches.filter((_, i) => !done[i]);
  }

  private checkRoomFor(bytes: number): void {
    const { directory, reservedBytes = DEFAULT_RESERVED_BYTES } = this.options;
    const onDisk = freeBytesOnDisk(directory);
    if (hasRoomFor(bytes, reservedBytes, { onDisk, inFile: () => this.freeBytesInFile() })) return;
    throw new LogUnavailableError(`the disk of the event log has only ${onDisk} bytes free`);
  }

  private groupByPartition(appends: readonly Append[]): readonly Batch[] {
    const batches = new Map<string, Batch>();
    for (const { topic, records } of appends) {
      for (const record of records) {
        const partition = partitionByFnv1a(record.key, this.partitions);
        const name = endKey(topic, partition);
        const batch = batches.get(name);
        if (batch === undefined) batches.set(name, { topic, partition, records: [record] });
        else batch.records.push(record);
      }
    }
    return [...batches.values()];
  }

  private freeBytesInFile(): number {
    return freeBytesInFile(this.environment, [...this.topics.values(), this.ends, this.positions]);
  }

  /** A clock that is set back by more than a correction was ahead, perhaps by years: its times must not go on. */
  private appendTime(): number {
    const now = this.now();
    const isCorrection = this.lastAppendedAt - now <= LARGEST_CLOCK_CORRECTION_MS;
    return (this.lastAppendedAt = isCorrection ? Math.max(now, this.lastAppendedAt) : now);
  }

  private contentsOf(topic: TopicName, partition: number): LogPartition {
    return this.contents.get(endKey(topic, partition))!;
  }

  /**
   * Reads again in a write transaction what looks like damage: another thread or process may have removed batches
   * between two looks. @throws LogDamagedError if it is damage.
   */
  private consistently<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (this.closed) throw error;
      return asDamageIfUnreadable(() => this.environment.transactionSync(read));
    }
  }

  private table(topic: TopicName): Bytes {
    return this.topics.get(topic)!;
  }

  /** Makes what a new log needs, or finds what is there, and looks whether its ends are where they should be. */
  private identify(marker: LogMarker | undefined) {
    const { directory, partitions: wanted = DEFAULT_PARTITIONS } = this.options;
    return asDamageIfUnreadable(() =>
      this.environment.transactionSync(() => {
        const known = this.notes.identity;
        if (marker !== undefined) checkIdentity(directory, marker, known);
        const identity = known ?? newLogIdentity(this.now());
        if (known === undefined) this.notes.identity = identity;
        const partitions = this.fixPartitions(wanted);
        const contents = this.openPartitions(partitions);
        for (const partition of contents.values()) {
          partition.prepare(known === undefined);
          partition.checkExtent();
        }
        return { identity, partitions, contents };
      }),
    );
  }

  private fixPartitions(wanted: number): number {
    const fixed = this.ends.get('partitions');
    if (fixed === undefined) this.ends.putSync('partitions', wanted);
    return fixed ?? wanted;
  }

  private openPartitions(partitions: number): Map<string, LogPartition> {
    const contents = new Map<string, LogPartition>();
    for (const [topic, table] of this.topics) {
      for (let partition = 0; partition < partitions; partition++) {
        const opened = new LogPartition(topic, partition, table, this.ends, this.notes);
        contents.set(endKey(topic, partition), opened);
      }
    }
    return contents;
  }

  private makeRetention(): EmbeddedRetention | undefined {
    const { environment, notes, now, options, contents } = this;
    if (options.retentionMs === undefined) return undefined;
    const partitions = [...contents.values()].filter(({ topic }) => topic !== Topic.personnel);
    return new EmbeddedRetention({ environment, notes, partitions, now, retentionMs: options.retentionMs });
  }
}

function sizeOf(batches: readonly Batch[]): number {
  let units = 0;
  for (const { records } of batches) {
    for (const { value, headers } of records) units += value.length + unitsOf(headers);
  }
  return units * MAX_BYTES_PER_UNIT;
}
