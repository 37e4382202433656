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
   * What the records change. The projector writes the changes to the store before it calls again; if that fails, it calls
   * `forget` and passes the same records again.
   *
   * @param layout of the topic's partitions; the positions of records follow from it.
   */
  project(records: readonly StoredRecord[], layout: PartitionLayout): Promise<BatchProjection>;

  /** Forgets everything remembered of earlier batches. */
  forget(): void;
}
