import { EventEmitter } from 'node:events';
import type { RetentionFindings } from '#domain';
import { monotonic as monotonicClock, wallClock } from '#telemetry';
import type { GroupConsumer } from '../consumer-groups.js';
import type { EventLog } from '../event-log.js';
import { partitionByFnv1a } from '../partitions/key-partition.js';
import { LogUnavailableError } from '../log-errors.js';
import type { NewRecord, StoredRecord } from '../log-record.js';
import { fixedLayout, type PartitionOffsets, type TopicLayout } from '../partitions/partition-layout.js';
import type { RetentionRun } from '../retention/retention-run.js';
import { Topic, type TopicName } from '../topics.js';
import { waitForEvent } from '../waiting/wait-for-event.js';
import { durably } from './durable-write.js';
import { EmbeddedAppender } from './embedded-appender.js';
import { EmbeddedGroupConsumer } from './embedded-group-consumer.js';
import { EmbeddedRetention, removeBatches } from './embedded-retention.js';
import { LogFile } from './log-file.js';

export interface EmbeddedEventLogOptions {
  /** The directory of the log; created if it does not exist. */
  readonly directory: string;
  /** Partitions of each topic in a new log; ignored for an existing one. */
  readonly partitions?: number;
  /** {@link EmbeddedEventLog.enforceRetention} removes records that were appended longer ago than this. */
  readonly retentionMs?: number;
  /** Free space on the disk that appends leave alone. */
  readonly reservedBytes?: number;
  /** The wall clock, in milliseconds since the Unix epoch. It may jump. */
  readonly now?: () => number;
  /** The clock that waits are measured by, in milliseconds. It never goes back. */
  readonly monotonic?: () => number;
}

/** The only projector of an embedded log owns all partitions, so more would merely make a commit write more pages. */
export const DEFAULT_PARTITIONS = 2;

/**
 * LMDB must never meet a full disk: reporting a failed write, it overruns a buffer (`last_error` in `mdb_page_flush`,
 * lmdb 3.5.6) and crashes the process. The reserve is for committing positions and removing old records, both of which
 * continue while appends are rejected.
 */
export const DEFAULT_RESERVED_BYTES = 16 * 1024 * 1024;

/** Records of other processes are noticed at the latest after this time, those of this process at once. */
export const FOREIGN_APPEND_POLL_MS = 50;

/** The event log in one LMDB environment ({@link LogFile}), for a service on one machine. */
export class EmbeddedEventLog implements EventLog {
  readonly partitionOf = partitionByFnv1a;
  private readonly file: LogFile;
  private readonly appender: EmbeddedAppender;
  private readonly retention: EmbeddedRetention | undefined;
  private readonly appended = new EventEmitter().setMaxListeners(0);
  private readonly now: () => number;
  private closed = false;

  /**
   * @throws LogReplacedError if another log was in the directory.
   * @throws LogDamagedError
   */
  constructor(private readonly options: EmbeddedEventLogOptions) {
    const { directory, partitions = DEFAULT_PARTITIONS, now = wallClock } = options;
    this.now = now;
    this.file = new LogFile({ directory, partitions, now });
    this.appender = new EmbeddedAppender(this.file, {
      ...{ directory, now, reservedBytes: options.reservedBytes ?? DEFAULT_RESERVED_BYTES },
      onAppended: (topic) => void this.appended.emit(topic),
    });
    this.retention = this.createRetention();
  }

  /** Partitions of each topic. */
  get partitions(): number {
    return this.file.partitions;
  }

  /** The log's identity: `${ISO time of creation}/${uuid}`, created once with the log. */
  get identityText(): string {
    return this.file.identity;
  }

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    if (this.closed) return Promise.reject(new LogUnavailableError('the event log is closed'));
    return this.appender.append(topic, records);
  }

  async read(
    topic: TopicName,
    partition: number,
    fromOffset: number,
    maxRecords: number,
  ): Promise<readonly StoredRecord[]> {
    return this.consistently(() => this.file.partition(topic, partition).read(fromOffset, maxRecords));
  }

  async offsets(topic: TopicName): Promise<readonly PartitionOffsets[]> {
    return Array.from({ length: this.partitions }, (_, partition) => {
      const { begin, end } = this.file.partition(topic, partition);
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
    return new EmbeddedGroupConsumer(this, this.file.positions, group, topic, { now, monotonic });
  }

  /** Always 0: members are objects of one process, which other processes cannot see. */
  async members(): Promise<number> {
    return 0;
  }

  async ping(): Promise<void> {
    if (this.closed) throw new LogUnavailableError('the event log is closed');
    this.appender.checkRoomFor(0);
    await durably(this.file.ends.put('pinged', this.now()));
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.appender.idle();
    await this.file.close();
  }

  /** Resolves when something may have been appended to the topic, after `waitMs`, or once `signal` is aborted. */
  async untilAppended(topic: TopicName, waitMs: number, signal?: AbortSignal): Promise<void> {
    await waitForEvent(this.appended, topic, Math.min(waitMs, FOREIGN_APPEND_POLL_MS), signal);
  }

  /** The offset after the last record of the partition, as all processes see it. */
  end(topic: TopicName, partition: number): number {
    return this.file.end(topic, partition);
  }

  /** What a run of the retention would find now; changes nothing. `undefined` without `retentionMs`. */
  findExpired(): RetentionFindings | undefined {
    return this.retention && this.consistently(() => this.retention!.find());
  }

  /**
   * Removes whole batches that were appended before the retention period, oldest first, if the policy allows it.
   * Directories stay: the last one of each system is in force, however old it is.
   *
   * @param isConfirmed whether an operator has seen what would be removed and overrides the policy.
   * @returns what was found, decided and removed; `undefined` without `retentionMs`.
   */
  async enforceRetention(isConfirmed = false): Promise<RetentionRun | undefined> {
    return this.retention?.run(isConfirmed);
  }

  /** Removes whole batches of records before the offset, of any age. */
  async removeBefore(topic: TopicName, partition: number, offset: number): Promise<void> {
    const contents = this.file.partition(topic, partition);
    await removeBatches(this.file.environment, contents, contents.before(offset));
  }

  /** @throws LogDamagedError if `read` fails again while no other process can write. */
  private consistently<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (this.closed) throw error;
      return this.file.readConsistently(read);
    }
  }

  private createRetention(): EmbeddedRetention | undefined {
    const { file, now, options } = this;
    if (options.retentionMs === undefined) return undefined;
    return new EmbeddedRetention({
      environment: file.environment,
      metadata: file.metadata,
      partitions: file.allPartitions().filter(({ topic }) => topic !== Topic.personnel),
      ...{ now, retentionMs: options.retentionMs },
    });
  }
}
