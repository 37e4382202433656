import { DURABLE, type Migration, type Table } from '../table.js';

export const POSITIONS_TABLE = 'projection_positions';

// How far the store has come in each partition of the log, and of which log: written behind the rows of each batch, so
// that the store itself says what it has. The greatest offset counts, of each log: rows of another one are not to be hidden.
const PROJECTION_POSITIONS: Table = {
  name: POSITIONS_TABLE,
  columns: `
    topic LowCardinality(String),
    partition UInt32,
    log_id String,
    next_offset UInt64,
    last_record String,
    note String,
    rules String`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'next_offset',
  orderBy: '(topic, partition, log_id)',
  settings: DURABLE,
  shardBy: 'topic',
};

// The state of the projection of each partition, which projectors that are separate processes leave for those that
// answer.
const PROJECTION_STATES: Table = {
  name: 'projection_states',
  columns: `
    topic LowCardinality(String),
    partition UInt32,
    kind Enum8('starting' = 0, 'catching_up' = 1, 'current' = 2, 'stuck' = 3, 'refused' = 4),
    left UInt64,
    cause String,
    revision UInt64`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'revision',
  orderBy: '(topic, partition)',
  settings: DURABLE,
  shardBy: 'topic',
};

// What is known of the store as a whole, by name; an empty value for what is over. The greatest revision counts, not the
// latest time: clocks may be set back.
const STORE_MARKS: Table = {
  name: 'store_marks',
  columns: `
    mark String,
    value String,
    revision UInt64`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'revision',
  orderBy: 'mark',
  settings: DURABLE,
  shardBy: 'mark',
  isProjected: false,
};

/** The store's own account of its log and how far it has come. */
export const positions: Migration = {
  version: 6,
  name: 'positions and states of the projection, marks of the store',
  changes: [{ create: STORE_MARKS }, { create: PROJECTION_STATES }, { create: PROJECTION_POSITIONS }],
};
