import { DURABLE, NEIGHBOURHOOD_DAYS, type Migration, type Table, type TableName } from '../table.js';

// Sets of numbers as bits, 256 numbers a row, which unite in any order and repetition of the rows. The month is that in
// which the receiver started, which its id begins with. What the gauge asks for is recent: old granules are ruled out
// by the skip index.
const RECEIPTS: Table = {
  name: 'receipts',
  columns: `
    system_id LowCardinality(String),
    receiver String CODEC(ZSTD),
    block UInt64 CODEC(Delta, ZSTD),
    stored SimpleAggregateFunction(groupBitOr, UInt256) CODEC(ZSTD),
    repeats SimpleAggregateFunction(groupBitOr, UInt256) CODEC(ZSTD),
    dead_lettered SimpleAggregateFunction(groupBitOr, UInt256) CODEC(ZSTD),
    failed SimpleAggregateFunction(groupBitOr, UInt256) CODEC(ZSTD),
    settled SimpleAggregateFunction(max, UInt64) CODEC(Delta, ZSTD),
    last_received SimpleAggregateFunction(max, DateTime64(3, 'UTC')) CODEC(Delta, ZSTD),
    INDEX received_in_granule last_received TYPE minmax GRANULARITY 1`,
  engine: 'AggregatingMergeTree',
  partitionBy: `toYYYYMM(toDateTime(reinterpretAsUInt32(reverse(unhex(substring(receiver, 1, 8)))), 'UTC'))`,
  orderBy: '(system_id, receiver, block)',
  settings: `${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'system_id, receiver',
  expiry: { column: 'last_received', graceDays: NEIGHBOURHOOD_DAYS },
};

// Sorted by time first: what is asked for is a few slots of all systems.
const SYSTEM_ACTIVITY: Table = {
  name: 'system_activity',
  columns: `
    slot DateTime('UTC'),
    system_id String,
    last_received SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    last_action SimpleAggregateFunction(max, Nullable(DateTime64(3, 'UTC')))`,
  engine: 'AggregatingMergeTree',
  partitionBy: 'toYYYYMM(slot)',
  orderBy: '(slot, system_id)',
  settings: `${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'system_id',
  expiry: { column: 'slot', graceDays: NEIGHBOURHOOD_DAYS },
};

const activityOf = (events: string) => (table: TableName) =>
  `SELECT toStartOfFiveMinutes(received_at), system_id, max(received_at), max(action_time)
   FROM ${table(events)} WHERE received_at >= now() - INTERVAL 35 DAY
   GROUP BY 1, 2`;

/** What became of each receiver's numbers, and when systems sent anything. */
export const receipts: Migration = {
  version: 4,
  name: 'receipts, activity of systems',
  changes: [
    { create: RECEIPTS },
    { create: SYSTEM_ACTIVITY },
    { fill: 'system_activity', select: activityOf('status_events') },
    { fill: 'system_activity', select: activityOf('contact_events') },
  ],
};
