/**
 * A batch is acknowledged to the log only once its rows are durable. So inserts are flushed to disk, and so are merged
 * parts before their sources are removed.
 */
export const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1';

/**
 * Raw events and what is made of them outlive the retention by a month, so that the neighbourhood of the oldest event
 * that is still accepted can be corrected.
 */
export const NEIGHBOURHOOD_DAYS = 31;

/**
 * A table, without saying where its rows are: on one server, or replicated and distributed over a cluster.
 *
 * Months as partitions: 400 days make 14, few enough for inserts that are spread over all of them, and old
 * months are dropped whole by the retention. In each table the month is a function of the sorting key, since rows
 * replace each other only within one partition; and so are the columns that it is sharded by, since they do so only
 * within one shard.
 */
export interface Table {
  readonly name: string;
  /** Columns and skip indexes, as `CREATE TABLE` lists them. */
  readonly columns: string;
  readonly engine: 'AggregatingMergeTree' | 'ReplacingMergeTree';
  readonly engineArguments?: string;
  readonly partitionBy?: string;
  readonly orderBy: string;
  readonly settings: string;
  /** The columns that decide on which shard of a cluster a row is kept. */
  readonly shardBy: string;
  /**
   * The column by which old rows expire, and how many days after the retention; never if not given. See
   * `StoreRetention`.
   */
  readonly expiry?: { readonly column: string; readonly graceDays: number };
  /** `false` if its rows do not come from the log, so that `rebuild` leaves it alone. */
  readonly isProjected?: false;
}

/** The full name of a table, in the database that is migrated. */
export type TableName = (table: string) => string;

export type SchemaChange =
  | { readonly create: Table }
  /** A new last column, with its type and default: `'origin LowCardinality(String)'`. */
  | { readonly addColumnTo: string; readonly column: string }
  /** Removes the TTL that an earlier version set on the column. A table that was never released with one has none. */
  | { readonly removeTtlOf: string; readonly column: string }
  /** What `ALTER TABLE` does to kept rows, indexes and settings; for columns there is `addColumnTo`. */
  | { readonly alter: string; readonly action: string }
  /** Rows derived from rows of other tables. Making them twice must be harmless. */
  | { readonly fill: string; readonly select: (table: TableName) => string };

export interface Migration {
  readonly version: number;
  readonly name: string;
  /** Each must be repeatable, since a process may die between a change and the note that it was made. */
  readonly changes: readonly SchemaChange[];
}
