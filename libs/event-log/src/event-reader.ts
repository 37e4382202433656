import type { StoredRecord } from './log-record.js';
import type { Partitioner } from './partitions/key-partition.js';
import type { PartitionOffsets, TopicLayout } from './partitions/partition-layout.js';
import type { TopicName } from './topics.js';

/**
 * Reads the log by partition and offset.
 *
 * Implementers guarantee, and `eventReaderContract` checks:
 *
 * - **Order.** Records of one partition come in ascending offset order, which never changes. There is no order between
 *   partitions.
 * - **Completeness.** `read` never skips a stored record, unless retention removed it, and returns the newest one
 *   without waiting for another to follow.
 * - **Several processes** may read at the same time, also while others append.
 *
 * All methods throw `LogUnavailableError` if the log cannot be reached at present.
 */
export interface EventReader {
  /**
   * Reads up to `maxRecords` records of one partition, starting at `fromOffset` or, if retention removed that one, at
   * the oldest. Returns fewer records, or none, at the end of the partition; does not wait for more.
   */
  read(
    topic: TopicName,
    partition: number,
    fromOffset: number,
    maxRecords: number,
  ): Promise<readonly StoredRecord[]>;

  /** The begin and end offsets of each partition of the topic, in the order of the partitions. */
  offsets(topic: TopicName): Promise<readonly PartitionOffsets[]>;

  /**
   * Identifies this history of the topic: a text that starts with an ISO time, created once with the log. Histories in
   * which one offset may hold different records never share an identity, for instance after a log was created afresh or
   * a topic was deleted and recreated. It survives restarts, and copies of the log have it too.
   */
  identity(topic: TopicName): Promise<string>;

  /** The history of the topic's partitions, and their current number. */
  layout(topic: TopicName): Promise<TopicLayout>;

  /** Where `append` puts records with this key while the topic has this many partitions. */
  readonly partitionOf: Partitioner;
}
