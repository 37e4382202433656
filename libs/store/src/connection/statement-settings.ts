import type { ClickHouseSettings } from '@clickhouse/client';

/**
 * Settings that every statement carries. An embedded connection keeps the settings of one statement for the next, so
 * whatever any statement relies on is pinned on all of them.
 */
export const EMBEDDED_SETTINGS = {
  // The projector makes the batches; the engine must not make its own and answer before they are durable.
  async_insert: 0,
  date_time_input_format: 'basic',
  date_time_output_format: 'simple',
  output_format_json_escape_forward_slashes: 0,
  output_format_json_quote_64bit_integers: 0,
  // A skip index must not hide the newest version of a row from FINAL.
  use_skip_indexes_if_final: 1,
  use_skip_indexes_if_final_exact_mode: 1,
} as const satisfies ClickHouseSettings;

/** With this a server answers only once the statement has succeeded. Every answer is bounded. */
export const SERVER_SETTINGS = {
  ...EMBEDDED_SETTINGS,
  wait_end_of_query: 1,
} as const satisfies ClickHouseSettings;

/** How long a majority of replicas may take to store a batch, in milliseconds. After that it is written again. */
const QUORUM_TIMEOUT_MS = 60_000;

/** Makes the tables of a cluster read and write like those of one server; see `docs/adr/0009-clickhouse-cluster.md`. */
export const CLUSTER_SETTINGS = {
  ...SERVER_SETTINGS,
  // An insert is done once the rows are on their shards, not when the receiving host has queued them.
  distributed_foreground_insert: 1,
  insert_quorum: 'auto',
  insert_quorum_timeout: QUORUM_TIMEOUT_MS,
  // Subqueries of IN and JOIN mean the rows of all shards.
  distributed_product_mode: 'global',
  // Derived rows may belong on another shard than their sources, so they are not inserted where they are read.
  parallel_distributed_insert_select: '0',
  // An answer that lacks the rows of a shard is wrong.
  skip_unavailable_shards: 0,
} as const satisfies ClickHouseSettings;

/** For inserts of rows that are read back: one after another, as `LATEST_ROWS` requires. */
export const READ_BACK_INSERT = { insert_quorum_parallel: 0 } as const satisfies ClickHouseSettings;

/** For reads that must see every insert: from a replica that has them all, which a retry may find on another host. */
export const LATEST_ROWS = {
  select_sequential_consistency: '1',
  prefer_localhost_replica: 0,
  load_balancing: 'random',
} as const satisfies ClickHouseSettings;

/**
 * The longest that a statement of a question may run, in seconds. It bounds the statements of clients that wait; those
 * of clients that leave are stopped at once.
 */
export const MAX_QUESTION_SECONDS = 300;

/**
 * For statements of questions. The embedded engine would keep the thread count of the previous one; 0 means all cores.
 */
export const EMBEDDED_QUESTION = {
  max_threads: 0,
  max_execution_time: MAX_QUESTION_SECONDS,
} as const satisfies ClickHouseSettings;

/** Makes a server stop a statement that only reads once its client has closed the connection. */
export const CANCEL_WITH_CLIENT = {
  cancel_http_readonly_queries_on_client_close: 1,
} as const satisfies ClickHouseSettings;
