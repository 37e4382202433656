import type { PartitionOffsets, TopicLayout } from './partition-layout.js';
import type { TopicName } from './topics.js';

/** What goes along with a record and is no part of what it says, such as the trace that it belongs to. */
export type RecordHeaders = Readonly<Record<string, string>>;

/** A record to be appended. */
export interface NewRecord {
  /** Records of one key are kept in one partition, in the order of their appends. */
  readonly key: string;
  /** UTF-8 text, by convention one JSON object. */
  readonly value: string;
  /** Kept with the record; at least one, or left out. */
  readonly headers?: RecordHeaders;
}

/** A record as the log keeps it. */
export interface StoredRecord {
  readonly partition: number;
  /** Its position in its partition; grows, but not necessarily without gaps. */
  readonly offset: number;
  /** When the log took it, in milliseconds since the Unix epoch. Never decreases within a partition. */
  readonly appendedAt: number;
  /** Its key, where the log keeps keys: one whose partitions can be added to does. */
  readonly key?: string;
  readonly value: string;
  /** As they were appended; left out if there are none. */
  readonly headers?: RecordHeaders;
}

/** How far a group has come in a partition. */
export interface GroupPosition {
  readonly partition: number;
  /** The offset of the next record to process. */
  readonly offset: number;
  /** Whatever the consumer wanted kept with the offset, atomically; `''` before the first commit. */
  readonly metadata: string;
}

/** How far a group is behind in a partition. */
export interface PartitionLag {
  readonly partition: number;
  /** Records that were appended and not yet committed by the group. */
  readonly records: number;
  /** Age of the oldest of these in seconds; 0 without any. */
  readonly seconds: number;
}

/** A batch from one or several partitions, in offset order within each. */
export interface PolledBatch {
  readonly records: readonly StoredRecord[];
  /** Changes whenever the consumer gained or lost partitions: what was cached for them must be forgotten. */
  readonly assignment: number;
}

/**
 * The durable, ordered, partitioned record of everything that was reported.
 *
 * What an implementer must guarantee, and the contract suite checks:
 *
 * - **Durability.** When `append` resolves, all its records survive a killed process and a power cut. When it
 *   rejects, any of them may or may not have been kept; the caller answers for that (events are idempotent,
 *   so appending again is always right).
 * - **Order.** Records of one key are in one partition and read back in the order in which their appends were
 *   called. No order is promised between partitions.
 * - **Completeness.** `read` and `poll` never skip a record that `append` resolved for, unless retention
 *   removed it, and show it without waiting for a further one.
 * - **Several processes** may append to and read from the same log at once.
 */
export interface EventLog {
  /**
   * Appends the records. Not retried by the log beyond its own transport: rejects with
   * {@link LogUnavailableError} when nothing durable can be written at present.
   */
  append(topic: TopicName, records: readonly NewRecord[]): Promise<void>;

  /**
   * Reads up to `maxRecords` records of one partition from `fromOffset` on (or from the oldest that is kept,
   * if that is later). Resolves with fewer, or none, when the end is reached; does not wait.
   */
  read(
    topic: TopicName,
    partition: number,
    fromOffset: number,
    maxRecords: number,
  ): Promise<readonly StoredRecord[]>;

  /** What each partition of the topic holds. */
  offsets(topic: TopicName): Promise<readonly PartitionOffsets[]>;

  /**
   * Which history of the topic this is: a text that begins with an ISO time, made once when the log was made. Two histories
   * in which the same offset may hold different records never share it: of a log that was made again, or a topic that was
   * deleted and created. It survives restarts, and a copy of the log has it too.
   */
  identity(topic: TopicName): Promise<string>;

  /** How the topic's partitions came to be, and how many there are at this moment. */
  layout(topic: TopicName): Promise<TopicLayout>;

  /** The partition that a key belongs to among so many: where `append` puts its records while there are as many. */
  partitionOf(key: string, partitions: number): number;

  /** Joins a consumer group: its members share the topic's partitions, each of which has one owner. */
  join(group: string, topic: TopicName): Promise<GroupConsumer>;

  /** How many members a consumer group has on the topic at present, as far as others than their own process can tell. */
  members(group: string, topic: TopicName): Promise<number>;

  /** Resolves if the log can be read and written; rejects with {@link LogUnavailableError} otherwise. */
  ping(): Promise<void>;

  /** Finishes the appends under way, then releases everything. Further calls reject. */
  close(): Promise<void>;
}

/** A member of a consumer group on one topic. */
export interface GroupConsumer {
  /**
   * The next records behind those that it polled last, beginning behind the group's last commit. Waits up to
   * `waitMs` for the first record; resolves with an empty batch after that, or once `signal` is aborted. While a cluster
   * recovers, records may come again, also within one batch; none is left out.
   */
  poll(options: { maxRecords: number; waitMs: number; signal?: AbortSignal }): Promise<PolledBatch>;

  /** The group's committed positions in the partitions that this member owns. */
  positions(): Promise<readonly GroupPosition[]>;

  /**
   * Keeps the positions (and notes) for the group; what was polled and not committed is delivered again after a
   * restart or to the next owner. Rejects with {@link AssignmentChangedError}, and keeps nothing, if partitions have
   * moved since the last poll: everything that is not committed then comes again, to whoever owns it.
   */
  commit(positions: readonly GroupPosition[]): Promise<void>;

  /**
   * Goes on at these offsets in these partitions, all of which the member owns: the next poll returns records from there
   * on, and none that was fetched before. An offset below the oldest kept record means that record. Lasts until partitions
   * move.
   */
  seek(positions: readonly { readonly partition: number; readonly offset: number }[]): Promise<void>;

  /** How far the group is behind in every partition of the topic, whoever owns it, or nobody. */
  lag(): Promise<readonly PartitionLag[]>;

  /** Leaves the group. */
  close(): Promise<void>;
}

/** Partitions have moved: what was polled before is to be dropped. */
export class AssignmentChangedError extends Error {
  override readonly name = 'AssignmentChangedError';

  constructor() {
    super('the partitions were assigned anew');
  }
}

/** Nothing durable can be written, or nothing can be read, at present. Trying again later may succeed. */
export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError';
}
