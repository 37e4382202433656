import { DURABLE, NEIGHBOURHOOD_DAYS, type Migration, type Table } from '../table.js';

// The raw events. A row is an event's identity; rows of the same event merge into the greatest name, the earliest
// receipt and the earliest position in the log, in any order of arrival. Sorted by timeline, then time: a projector
// loads the neighbourhood of a late event with one short read.
const STATUS_EVENTS: Table = {
  name: 'status_events',
  columns: `
    system_id LowCardinality(String),
    worker_id String,
    group_id String,
    action_time DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    action Enum8('exit' = 0, 'enter' = 1),
    state_code LowCardinality(String),
    state_name SimpleAggregateFunction(max, String),
    received_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD),
    position SimpleAggregateFunction(min, UInt64) CODEC(Delta, ZSTD)`,
  engine: 'AggregatingMergeTree',
  partitionBy: 'toYYYYMM(action_time)',
  orderBy: '(system_id, worker_id, group_id, action_time, action, state_code)',
  settings: `${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'system_id, worker_id',
  expiry: { column: 'action_time', graceDays: NEIGHBOURHOOD_DAYS },
};

// A row is an interval: timeline, start and code. A correction is the same row with a higher version.
// WFM asks for a period and many agents, so the day comes before the agent: a day of all agents is one
// stretch. An interval that began before the period is found by its end: by the skip index, which rules
// out the granules of the days before, except where a state lasted that long.
const STATE_INTERVALS: Table = {
  name: 'state_intervals',
  columns: `
    system_id LowCardinality(String),
    worker_id String,
    group_id String,
    start DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    end Nullable(DateTime64(3, 'UTC')) CODEC(ZSTD),
    state_code LowCardinality(String),
    state_name LowCardinality(String),
    ended_by Enum8('open' = 0, 'exit' = 1, 'next_enter' = 2, 'superseded' = 3, 'unknown' = 4),
    version UInt64 CODEC(Delta, ZSTD),
    INDEX end_of_granule end TYPE minmax GRANULARITY 1`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'version',
  partitionBy: 'toYYYYMM(start)',
  orderBy: '(system_id, toDate(start), worker_id, group_id, start, state_code)',
  settings: `${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'system_id, worker_id',
  expiry: { column: 'coalesce(end, start)', graceDays: NEIGHBOURHOOD_DAYS },
};

// The head of each timeline. agentStatus answers from it, and it shows a projector how far back to look. With one row
// per timeline it needs neither partitions nor a TTL.
const TIMELINES: Table = {
  name: 'timelines',
  columns: `
    system_id LowCardinality(String),
    worker_id String,
    group_id String,
    open_code LowCardinality(String),
    open_name LowCardinality(String),
    open_since Nullable(DateTime64(3, 'UTC')),
    last_reset Nullable(DateTime64(3, 'UTC')),
    unsettled_until Nullable(DateTime64(3, 'UTC')),
    version UInt64`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'version',
  orderBy: '(system_id, worker_id, group_id)',
  settings: DURABLE,
  shardBy: 'system_id, worker_id',
};

// A late event can explain an anomaly away. A row with a higher version then marks it as deleted.
const ANOMALIES: Table = {
  name: 'anomalies',
  columns: `
    system_id LowCardinality(String),
    worker_id String,
    group_id String,
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    kind Enum8('lost_exit' = 0, 'orphan_exit' = 1, 'contradicting_enters' = 2),
    state_code LowCardinality(String),
    version UInt64,
    is_deleted UInt8`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'version, is_deleted',
  partitionBy: 'toYYYYMM(at)',
  orderBy: '(system_id, toDate(at), worker_id, group_id, at, kind, state_code)',
  settings: `${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'system_id, worker_id',
  expiry: { column: 'at', graceDays: NEIGHBOURHOOD_DAYS },
};

// Identified by the position in the log, so that a repeated delivery is the same row. The body is kept as
// it came, in base64 since it need not be text.
const DEAD_LETTERS: Table = {
  name: 'dead_letters',
  columns: `
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
    body String ALIAS base64Decode(body_base64)`,
  engine: 'ReplacingMergeTree',
  partitionBy: 'toYYYYMM(received_at)',
  orderBy: '(toDate(received_at), received_at, id)',
  settings: `${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'id',
  expiry: { column: 'received_at', graceDays: 0 },
};

// Which systems have ever sent anything: a handful of rows, asked for by every query without a system.
const SYSTEMS: Table = {
  name: 'systems',
  columns: `
    system_id String,
    first_received SimpleAggregateFunction(min, DateTime64(3, 'UTC'))`,
  engine: 'AggregatingMergeTree',
  orderBy: 'system_id',
  settings: DURABLE,
  shardBy: 'system_id',
};

export const statuses: Migration = {
  version: 1,
  name: 'status events, state intervals, timelines, anomalies, dead letters',
  changes: [
    { create: STATUS_EVENTS },
    { create: STATE_INTERVALS },
    { create: TIMELINES },
    { create: ANOMALIES },
    { create: DEAD_LETTERS },
    { create: SYSTEMS },
  ],
};
