import type { StoreConnection } from '../connection.js';

/** What the schema depends on besides its version. */
export interface SchemaSettings {
  readonly database: string;
  /** Rows whose time is older than this many days are removed by the store. */
  readonly retentionDays: number;
}

/** What a leg contributes to statistics; durations in milliseconds, NULL where a leg has none. */
const LEG_FIGURES = `
         outcome Enum8('processed' = 0, 'missed' = 1, 'running' = 2, 'unended' = 3),
         worker_id String,
         answered Nullable(DateTime64(3, 'UTC')),
         waiting_ms Nullable(Int64),
         talk_ms Nullable(Int64),
         handling_ms Nullable(Int64),
         post_processing_ms Nullable(Int64),
         customer_id String,
         channel_type LowCardinality(String),
         last_touched DateTime64(3, 'UTC'),`;

interface Migration {
  readonly version: number;
  readonly name: string;
  /** Each must be repeatable: a process may die between a statement and the note that it was run. */
  statements(database: string): readonly string[];
}

/**
 * A batch is acknowledged to the log only when its rows are kept, so inserts are flushed to disk, and so is
 * what merges make of them before their sources are removed.
 */
const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1, min_rows_to_fsync_after_merge = 1';

/**
 * Months as partitions: 400 days make 14, few enough for inserts that are spread over all of them, and old
 * months are dropped whole by the TTL. In each table the month is a function of the sorting key, since rows
 * replace each other only within one partition.
 */
const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    name: 'status events, state intervals, timelines, anomalies, dead letters',
    statements: (database) => [
      // The raw events. A row is an event's identity; rows of the same event merge into the greatest name, the
      // earliest receipt and the earliest position in the log, whatever the order in which they came.
      // Sorted by timeline, then time: a projector loads the neighbourhood of a late event with one short read.
      `CREATE TABLE IF NOT EXISTS ${database}.status_events (
         system_id LowCardinality(String),
         worker_id String,
         group_id String,
         action_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
         action Enum8('exit' = 0, 'enter' = 1),
         state_code LowCardinality(String),
         state_name SimpleAggregateFunction(max, String),
         received_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD),
         position SimpleAggregateFunction(min, UInt64) CODEC(Delta, ZSTD)
       ) ENGINE = AggregatingMergeTree
       PARTITION BY toYYYYMM(action_time)
       ORDER BY (system_id, worker_id, group_id, action_time, action, state_code)
       SETTINGS ${DURABLE}, ttl_only_drop_parts = 1`,

      // A row is an interval: timeline, start and code. A correction is the same row with a higher version.
      // WFM asks for a period and many agents, so the day comes before the agent: a day of all agents is one
      // stretch. An interval that began before the period is found by its end: by the skip index, which rules
      // out the granules of the days before, except where a state lasted that long.
      `CREATE TABLE IF NOT EXISTS ${database}.state_intervals (
         system_id LowCardinality(String),
         worker_id String,
         group_id String,
         start DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
         end Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD),
         state_code LowCardinality(String),
         state_name LowCardinality(String),
         ended_by Enum8('open' = 0, 'exit' = 1, 'next_enter' = 2, 'superseded' = 3, 'unknown' = 4),
         version UInt64 CODEC(Delta, ZSTD),
         INDEX end_of_granule end TYPE minmax GRANULARITY 1
       ) ENGINE = ReplacingMergeTree(version)
       PARTITION BY toYYYYMM(start)
       ORDER BY (system_id, toDate(start), worker_id, group_id, start, state_code)
       SETTINGS ${DURABLE}, ttl_only_drop_parts = 1`,

      // Where each timeline stands: what agentStatus answers from, and what tells a projector how far back it
      // has to look. One row a timeline, so neither partitions nor a TTL.
      `CREATE TABLE IF NOT EXISTS ${database}.timelines (
         system_id LowCardinality(String),
         worker_id String,
         group_id String,
         open_code LowCardinality(String),
         open_name LowCardinality(String),
         open_since Nullable(DateTime64(3, 'UTC')),
         last_reset Nullable(DateTime64(3, 'UTC')),
         unsettled_until Nullable(DateTime64(3, 'UTC')),
         version UInt64
       ) ENGINE = ReplacingMergeTree(version)
       ORDER BY (system_id, worker_id, group_id)
       SETTINGS ${DURABLE}`,

      // A late event can explain an anomaly away: then a row of a higher version marks it as deleted.
      `CREATE TABLE IF NOT EXISTS ${database}.anomalies (
         system_id LowCardinality(String),
         worker_id String,
         group_id String,
         at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
         kind Enum8('lost_exit' = 0, 'orphan_exit' = 1, 'contradicting_enters' = 2),
         state_code LowCardinality(String),
         version UInt64,
         is_deleted UInt8
       ) ENGINE = ReplacingMergeTree(version, is_deleted)
       PARTITION BY toYYYYMM(at)
       ORDER BY (system_id, toDate(at), worker_id, group_id, at, kind, state_code)
       SETTINGS ${DURABLE}, ttl_only_drop_parts = 1`,

      // Identified by the position in the log, so that a repeated delivery is the same row. The body is kept as
      // it came, in base64 since it need not be text.
      `CREATE TABLE IF NOT EXISTS ${database}.dead_letters (
         id String,
         received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
         type LowCardinality(String),
         reason LowCardinality(String),
         field String,
         message String,
         description String,
         system_id String,
         remote_address String,
         body_bytes UInt64,
         body_base64 String CODEC(ZSTD),
         body String ALIAS base64Decode(body_base64)
       ) ENGINE = ReplacingMergeTree
       PARTITION BY toYYYYMM(received_at)
       ORDER BY (toDate(received_at), received_at, id)
       SETTINGS ${DURABLE}, ttl_only_drop_parts = 1`,

      // Which systems have ever sent anything: a handful of rows, asked for by every query without a system.
      `CREATE TABLE IF NOT EXISTS ${database}.systems (
         system_id String,
         first_received SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
       ) ENGINE = AggregatingMergeTree
       ORDER BY system_id
       SETTINGS ${DURABLE}`,
    ],
  },
  {
    version: 2,
    name: 'contact events, legs, contact anomalies',
    statements: (database) => [
      // Raw contact events; see status_events. Contacts are looked up by their ids, which are spread: small granules
      // and a bloom filter, since most of what a projector asks for is a contact that is not there yet.
      `CREATE TABLE IF NOT EXISTS ${database}.contact_events (
         system_id LowCardinality(String),
         contact_id String,
         action_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
         action LowCardinality(String),
         group_id String,
         worker_id String,
         customer_id SimpleAggregateFunction(min, Nullable(String)),
         channel_type SimpleAggregateFunction(min, Nullable(String)),
         received_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD),
         position SimpleAggregateFunction(min, UInt64) CODEC(Delta, ZSTD),
         INDEX contact contact_id TYPE bloom_filter(0.01) GRANULARITY 1
       ) ENGINE = AggregatingMergeTree
       PARTITION BY toYYYYMM(action_time)
       ORDER BY (system_id, contact_id, action_time, action, group_id, worker_id)
       SETTINGS index_granularity = 1024, ${DURABLE}, ttl_only_drop_parts = 1`,

      // A row is a leg, under the step that began it: sorted by day and group, as the statistics of groups ask.
      `CREATE TABLE IF NOT EXISTS ${database}.legs (
         system_id LowCardinality(String),
         group_id String,
         begin DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
         contact_id String,
         begun_by LowCardinality(String),
         begun_by_worker String,
         ${LEG_FIGURES}
         version UInt64 CODEC(Delta, ZSTD),
         is_deleted UInt8
       ) ENGINE = ReplacingMergeTree(version, is_deleted)
       PARTITION BY toYYYYMM(begin)
       ORDER BY (system_id, toDate(begin), group_id, begin, contact_id, begun_by, begun_by_worker)
       SETTINGS ${DURABLE}, ttl_only_drop_parts = 1`,

      // The legs that were answered, as their agents are asked for: by day and agent. What ends late is found by its
      // end, with the skip index; what has not ended counts as ending at the end of time.
      `CREATE TABLE IF NOT EXISTS ${database}.answered_legs (
         system_id LowCardinality(String),
         worker_id String,
         answered DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
         group_id String,
         contact_id String,
         begin DateTime64(3, 'UTC'),
         begun_by LowCardinality(String),
         begun_by_worker String,
         outcome Enum8('processed' = 0, 'missed' = 1, 'running' = 2, 'unended' = 3),
         ended DateTime64(3, 'UTC') CODEC(ZSTD),
         channel_type LowCardinality(String),
         version UInt64 CODEC(Delta, ZSTD),
         is_deleted UInt8,
         INDEX end_of_granule ended TYPE minmax GRANULARITY 1
       ) ENGINE = ReplacingMergeTree(version, is_deleted)
       PARTITION BY toYYYYMM(answered)
       ORDER BY (system_id, toDate(answered), worker_id, group_id, answered, contact_id, begin, begun_by, begun_by_worker)
       SETTINGS ${DURABLE}, ttl_only_drop_parts = 1`,

      `CREATE TABLE IF NOT EXISTS ${database}.contact_anomalies (
         system_id LowCardinality(String),
         contact_id String,
         at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
         kind Enum8('lost_end' = 0, 'orphan_step' = 1),
         action LowCardinality(String),
         group_id String,
         worker_id String,
         version UInt64,
         is_deleted UInt8
       ) ENGINE = ReplacingMergeTree(version, is_deleted)
       PARTITION BY toYYYYMM(at)
       ORDER BY (system_id, toDate(at), contact_id, at, kind, action, group_id, worker_id)
       SETTINGS ${DURABLE}, ttl_only_drop_parts = 1`,
    ],
  },
  {
    version: 3,
    name: 'directories, groups that contacts came to',
    statements: (database) => [
      // Every directory that was ever put, whole, by its position in the log: the history is kept. The last one of a
      // system is in force.
      `CREATE TABLE IF NOT EXISTS ${database}.directories (
         system_id String,
         position UInt64,
         received_at DateTime64(3, 'UTC'),
         body String CODEC(ZSTD)
       ) ENGINE = ReplacingMergeTree
       ORDER BY (system_id, position)
       SETTINGS ${DURABLE}`,

      // What answers look up in a directory: in which service a group is, and which groups an agent can process.
      `CREATE TABLE IF NOT EXISTS ${database}.directory_groups (
         system_id String,
         position UInt64,
         group_id String,
         service_id String
       ) ENGINE = ReplacingMergeTree
       ORDER BY (system_id, position, group_id)
       SETTINGS ${DURABLE}`,
      `CREATE TABLE IF NOT EXISTS ${database}.directory_agent_groups (
         system_id String,
         position UInt64,
         worker_id String,
         group_id String
       ) ENGINE = ReplacingMergeTree
       ORDER BY (system_id, position, worker_id, group_id)
       SETTINGS ${DURABLE}`,

      // Which groups contacts have ever come to: asked for by every look at the present load.
      `CREATE TABLE IF NOT EXISTS ${database}.contact_groups (
         system_id String,
         group_id String
       ) ENGINE = ReplacingMergeTree
       ORDER BY (system_id, group_id)
       SETTINGS ${DURABLE}`,
      `INSERT INTO ${database}.contact_groups SELECT DISTINCT system_id, group_id FROM ${database}.contact_events`,

      // A leg that runs may have begun on any day: the granules of days whose legs were all left alone are ruled out.
      `ALTER TABLE ${database}.legs ADD INDEX IF NOT EXISTS touched_in_granule last_touched TYPE minmax GRANULARITY 1`,
      `ALTER TABLE ${database}.legs MATERIALIZE INDEX touched_in_granule`,
    ],
  },
];

/** The tables that are projections of the log: `rebuild` makes them anew. */
export const PROJECTED_TABLES = [
  'status_events',
  'state_intervals',
  'timelines',
  'anomalies',
  'contact_events',
  'legs',
  'answered_legs',
  'contact_anomalies',
  'contact_groups',
  'directories',
  'directory_groups',
  'directory_agent_groups',
  'dead_letters',
  'systems',
] as const;

/**
 * The time by which the store removes old rows. Raw events outlive the retention by a month, so that the
 * neighbourhood of the oldest event that is still accepted is there to correct.
 */
const EXPIRY: readonly { table: string; column: string; graceDays: number }[] = [
  { table: 'status_events', column: 'action_time', graceDays: 31 },
  { table: 'state_intervals', column: 'coalesce(end, start)', graceDays: 31 },
  { table: 'anomalies', column: 'at', graceDays: 31 },
  { table: 'contact_events', column: 'action_time', graceDays: 31 },
  { table: 'legs', column: 'begin', graceDays: 31 },
  { table: 'answered_legs', column: 'answered', graceDays: 31 },
  { table: 'contact_anomalies', column: 'at', graceDays: 31 },
  { table: 'dead_letters', column: 'received_at', graceDays: 0 },
];

/** Brings the schema to the newest version and the retention to what is set; doing it again changes nothing. */
export async function migrate(connection: StoreConnection, settings: SchemaSettings): Promise<void> {
  const { database } = settings;
  await connection.command(`CREATE DATABASE IF NOT EXISTS ${database}`);
  await connection.command(
    `CREATE TABLE IF NOT EXISTS ${database}.schema_migrations
       (version UInt32, name String, retention_days UInt32, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))
     ENGINE = ReplacingMergeTree(applied_at) ORDER BY version SETTINGS ${DURABLE}`,
  );
  const applied = await connection.rows<[number, number]>(
    `SELECT version, retention_days FROM ${database}.schema_migrations FINAL`,
  );
  const retentionByVersion = new Map(applied);
  const newest = MIGRATIONS.at(-1)!;
  for (const migration of MIGRATIONS) {
    if (retentionByVersion.has(migration.version)) continue;
    for (const statement of migration.statements(database)) await connection.command(statement);
    await note(connection, database, migration, 0);
  }
  if (retentionByVersion.get(newest.version) === settings.retentionDays) return;
  await setRetention(connection, settings);
  await note(connection, database, newest, settings.retentionDays);
}

async function setRetention(connection: StoreConnection, settings: SchemaSettings): Promise<void> {
  for (const { table, column, graceDays } of EXPIRY) {
    const days = settings.retentionDays + graceDays;
    await connection.command(
      `ALTER TABLE ${settings.database}.${table} MODIFY TTL toDateTime(${column}) + INTERVAL ${days} DAY
       SETTINGS materialize_ttl_after_modify = 0`,
    );
  }
}

function note(
  connection: StoreConnection,
  database: string,
  { version, name }: Migration,
  retentionDays: number,
): Promise<void> {
  return connection.insert(
    `${database}.schema_migrations`,
    ['version', 'name', 'retention_days'],
    [[version, name, retentionDays]],
  );
}

/**
 * Puts the projected tables of one database in the place of another's, table by table in one step each, and drops
 * the staging database with what it then holds. Both have the newest schema.
 */
export async function replaceProjections(
  connection: StoreConnection,
  database: string,
  staging: string,
): Promise<void> {
  for (const table of PROJECTED_TABLES) {
    await connection.command(`EXCHANGE TABLES ${database}.${table} AND ${staging}.${table}`);
  }
  await connection.command(`DROP DATABASE ${staging} SYNC`);
}

/** Makes an empty database with the newest schema, whatever an earlier attempt has left there. */
export async function createStaging(connection: StoreConnection, settings: SchemaSettings): Promise<void> {
  await connection.command(`DROP DATABASE IF EXISTS ${settings.database} SYNC`);
  await migrate(connection, settings);
}
