import { DURABLE, NEIGHBOURHOOD_DAYS, type Migration, type Table } from '../table.js';

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

// Raw contact events; see status_events. Contacts are looked up by their ids, which are spread: small granules
// and a bloom filter, since most of what a projector asks for is a contact that is not there yet.
const CONTACT_EVENTS: Table = {
  name: 'contact_events',
  columns: `
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
    INDEX contact contact_id TYPE bloom_filter(0.01) GRANULARITY 1`,
  engine: 'AggregatingMergeTree',
  partitionBy: 'toYYYYMM(action_time)',
  orderBy: '(system_id, contact_id, action_time, action, group_id, worker_id)',
  settings: `index_granularity = 1024, ${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'system_id, contact_id',
  expiry: { column: 'action_time', graceDays: NEIGHBOURHOOD_DAYS },
};

// A row is a leg, under the step that began it: sorted by day and group, as the statistics of groups ask.
const LEGS: Table = {
  name: 'legs',
  columns: `
    system_id LowCardinality(String),
    group_id String,
    begin DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    contact_id String,
    begun_by LowCardinality(String),
    begun_by_worker String,
    ${LEG_FIGURES}
    version UInt64 CODEC(Delta, ZSTD),
    is_deleted UInt8`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'version, is_deleted',
  partitionBy: 'toYYYYMM(begin)',
  orderBy: '(system_id, toDate(begin), group_id, begin, contact_id, begun_by, begun_by_worker)',
  settings: `${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'system_id, contact_id',
  expiry: { column: 'begin', graceDays: NEIGHBOURHOOD_DAYS },
};

// The legs that were answered, as their agents are asked for: by day and agent. What ends late is found by its
// end, with the skip index; what has not ended counts as ending at the end of time.
const ANSWERED_LEGS: Table = {
  name: 'answered_legs',
  columns: `
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
    INDEX end_of_granule ended TYPE minmax GRANULARITY 1`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'version, is_deleted',
  partitionBy: 'toYYYYMM(answered)',
  orderBy:
    '(system_id, toDate(answered), worker_id, group_id, answered, contact_id, begin, begun_by, begun_by_worker)',
  settings: `${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'system_id, contact_id',
  expiry: { column: 'answered', graceDays: NEIGHBOURHOOD_DAYS },
};

const CONTACT_ANOMALIES: Table = {
  name: 'contact_anomalies',
  columns: `
    system_id LowCardinality(String),
    contact_id String,
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    kind Enum8('lost_end' = 0, 'orphan_step' = 1),
    action LowCardinality(String),
    group_id String,
    worker_id String,
    version UInt64,
    is_deleted UInt8`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'version, is_deleted',
  partitionBy: 'toYYYYMM(at)',
  orderBy: '(system_id, toDate(at), contact_id, at, kind, action, group_id, worker_id)',
  settings: `${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'system_id, contact_id',
  expiry: { column: 'at', graceDays: NEIGHBOURHOOD_DAYS },
};

export const contacts: Migration = {
  version: 2,
  name: 'contact events, legs, contact anomalies',
  changes: [
    { create: CONTACT_EVENTS },
    { create: LEGS },
    { create: ANSWERED_LEGS },
    { create: CONTACT_ANOMALIES },
  ],
};
