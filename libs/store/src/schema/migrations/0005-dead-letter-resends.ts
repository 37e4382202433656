import { DURABLE, type Migration, type Table } from '../table.js';

// A row is one attempt to resend a letter, known by an id of its own: the log may have its record twice. It goes when
// its letter goes, and is looked up by it.
const DEAD_LETTER_RESENDS: Table = {
  name: 'dead_letter_resends',
  columns: `
    letter_id String,
    resend_id String,
    letter_received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    system_id String,
    resent_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD),
    resent_by String,
    is_corrected UInt8,
    outcome LowCardinality(String),
    reason LowCardinality(String),
    field String,
    message String,
    description String`,
  engine: 'ReplacingMergeTree',
  partitionBy: 'toYYYYMM(letter_received_at)',
  orderBy: '(letter_id, resend_id)',
  settings: `${DURABLE}, ttl_only_drop_parts = 1`,
  shardBy: 'letter_id',
  expiry: { column: 'letter_received_at', graceDays: 0 },
};

/** What was done about dead letters. A letter is marked and never changed. */
export const deadLetterResends: Migration = {
  version: 5,
  name: 'resends of dead letters',
  changes: [{ create: DEAD_LETTER_RESENDS }],
};
