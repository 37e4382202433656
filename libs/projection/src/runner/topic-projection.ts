import type { PartitionLayout, StoredRecord } from '#event-log';
import type { ProjectionChanges } from '#store';
import type { Account } from '../accounting/partition-accounts.js';

/** What a batch of records of one topic changes in the store, and what became of each record. */
export interface BatchProjection {
  readonly changes: ProjectionChanges;
  /** By partition. */
  readonly accounts: ReadonlyMap<number, Account>;
}

/** How the records of one topic are projected. */
export interface TopicProjection {
  /**
   * What the records change. The projector has the changes in the store before it calls again; if it fails to,
   * it calls `forget` and comes back with the same records.
   *
   * @param layout of the topic's partitions, which the records' positions follow from.
   */
  project(records: readonly StoredRecord[], layout: PartitionLayout): Promise<BatchProjection>;

  /** Forgets all that is remembered of earlier batches. */
  forget(): void;
}
