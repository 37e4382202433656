import type { ClickHouseSettings } from '@clickhouse/client';

/**
 * Settings that every statement carries. An embedded connection keeps the settings of one statement for the
 * next ones, so everything that any statement relies on is pinned on all of them.
 */
export const EMBEDDED_SETTINGS = {
  // Batches are made by the projector; the engine must not make its own and answer before they are kept.
  async_insert: 0,
  date_time_input_format: 'basic',
  date_time_output_format: 'simple',
  output_format_json_escape_forward_slashes: 0,
  output_format_json_quote_64bit_integers: 0,
  // A skip index must not hide the newest version of a row from FINAL.
  use_skip_indexes_if_final: 1,
  use_skip_indexes_if_final_exact_mode: 1,
} as const satisfies ClickHouseSettings;

/** A server then answers only once it knows that it has not failed; every answer is bounded. */
export const SERVER_SETTINGS = {
  ...EMBEDDED_SETTINGS,
  wait_end_of_query: 1,
} as const satisfies ClickHouseSettings;

/** How long a majority of replicas may take to have a batch, in milliseconds; then it is written again. */
const QUORUM_TIMEOUT_MS = 60_000;

/** What makes a cluster's tables answer and keep as one server's do; see `docs/adr/0009-clickhouse-cluster.md`. */
export const CLUSTER_SETTINGS = {
  ...SERVER_SETTINGS,
  // An insert is done when the rows are on their shards, not when the host that took them will send them on.
  distributed_foreground_insert: 1,
  insert_quorum: 'auto',
  insert_quorum_timeout: QUORUM_TIMEOUT_MS,
  // Subqueries of IN and JOIN mean the rows of all shards.
  distributed_product_mode: 'global',
  // What is made of rows may belong on another shard than they: it is not inserted where it is read.
  parallel_distributed_insert_select: '0',
  // An answer without a shard's rows is no answer.
  skip_unavailable_shards: 0,
} as const satisfies ClickHouseSettings;

/** For inserts of rows that are read back: one after another, which is what `LATEST_ROWS` demands. */
export const READ_BACK_INSERT = { insert_quorum_parallel: 0 } as const satisfies ClickHouseSettings;

/** For reads that must see every insert: from a replica that has them all, wherever the next attempt finds one. */
export const LATEST_ROWS = {
  select_sequential_consistency: '1',
  prefer_localhost_replica: 0,
  load_balancing: 'random',
} as const satisfies ClickHouseSettings;

/**
 * The longest that a statement of a question may run, in seconds. Whoever leaves has theirs stopped at once; this bounds
 * those of clients that wait.
 */
export const MAX_QUESTION_SECONDS = 300;

/** For statements of questions. The embedded engine would keep the threads that one of them asked for: 0 means all cores. */
export const EMBEDDED_QUESTION = {
  max_threads: 0,
  max_execution_time: MAX_QUESTION_SECONDS,
} as const satisfies ClickHouseSettings;

/** Makes a server stop a statement that only reads once its client has closed the connection. */
export const CANCEL_WITH_CLIENT = {
  cancel_http_readonly_queries_on_client_close: 1,
} as const satisfies ClickHouseSettings;
