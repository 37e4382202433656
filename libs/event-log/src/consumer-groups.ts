import type { StoredRecord } from './log-record.js';
import type { TopicName } from './topics.js';

/**
 * Shares a topic's partitions between the members of a consumer group, and stores how far the group has come.
 *
 * Implementers guarantee, and `consumerGroupsContract` checks:
 *
 * - **One owner.** Each partition belongs to one member at a time, as far as the group can know, and `commit` rejects
 *   members that no longer own what they commit. (Not checked: the embedded log has one projector, and relies on that.)
 * - **Order.** A member receives the records of a partition in ascending offset order. There is no order between
 *   partitions.
 * - **At least once.** Records are delivered until their offset is committed: again after a restart, a rebalance or a
 *   cluster's recovery. None is skipped, unless retention removed it.
 * - **Separate groups** do not affect each other.
 *
 * All methods throw `LogUnavailableError` if the log cannot be reached at present.
 */
export interface ConsumerGroups {
  /** Joins the group as a new member. Resolves once the member has its partitions. */
  join(group: string, topic: TopicName): Promise<GroupConsumer>;

  /** Current members of the group on this topic, as far as other processes can see. */
  members(group: string, topic: TopicName): Promise<number>;
}

/** A member of a consumer group on one topic. */
export interface GroupConsumer {
  /**
   * The records after those polled last; the first poll starts after the group's last commit. Waits up to `waitMs` for
   * the first record, then resolves with an empty batch, as it does once `signal` is aborted. While a cluster recovers,
   * records may repeat, even within one batch.
   */
  poll(options: { maxRecords: number; waitMs: number; signal?: AbortSignal }): Promise<PolledBatch>;

  /** The group's committed positions in the partitions that this member owns. */
  positions(): Promise<readonly GroupPosition[]>;

  /**
   * Stores the positions and their metadata for the group. Records that were polled but not committed are delivered
   * again after a restart, or to the partition's next owner.
   *
   * @throws AssignmentChangedError, storing nothing, if partitions have moved since the last poll. Every record that is
   *   not committed is then delivered again, to the partition's owner.
   */
  commit(positions: readonly GroupPosition[]): Promise<void>;

  /**
   * Continues at these offsets, in partitions that this member owns: the next poll starts there and returns nothing
   * that was fetched before. An offset below the oldest stored record means that record. Valid until partitions move.
   */
  seek(positions: readonly { readonly partition: number; readonly offset: number }[]): Promise<void>;

  /** How far the group is behind in every partition of the topic, whether or not a member owns it. */
  lag(): Promise<readonly PartitionLag[]>;

  /** Leaves the group. */
  close(): Promise<void>;
}

/** A batch from one or several partitions, in offset order within each. */
export interface PolledBatch {
  readonly records: readonly StoredRecord[];
  /** Changes whenever the consumer gains or loses partitions: drop everything cached for them. */
  readonly assignment: number;
}

/** How far a group has come in a partition. */
export interface GroupPosition {
  readonly partition: number;
  /** The offset of the next record to process. */
  readonly offset: number;
  /** The consumer's own text, stored atomically with the offset; `''` before the first commit. */
  readonly metadata: string;
}

/** How far a group is behind in a partition. */
export interface PartitionLag {
  readonly partition: number;
  /** Records that the group has not committed yet. */
  readonly records: number;
  /** Age of the oldest of these in seconds; 0 if there are none. */
  readonly seconds: number;
}

/** Partitions have moved: drop what was polled before. */
export class AssignmentChangedError extends Error {
  override readonly name = 'AssignmentChangedError';

  constructor() {
    super('the partitions of the group were reassigned');
  }
}
