import { DURABLE, type Migration, type Table } from '../table.js';

// How far the store has come in each partition of the log, and of which log: written behind the rows of each batch, so
// that the store itself says what it has. The greatest offset counts.
const PROJECTION_POSITIONS: Table = {
  name: 'projection_positions',
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

/** The store's own account of which log it is of and how far it has come. */
export const positions: Migration = {
  version: 6,
  name: 'positions of the projection',
  changes: [{ create: STORE_MARKS }, { create: PROJECTION_POSITIONS }],
};
