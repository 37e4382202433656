import { DURABLE, type Migration, type Table } from '../table.js';
import { contacts } from './0002-contacts.js';
import { deadLetterResends } from './0005-dead-letter-resends.js';
import { receipts } from './0004-receipts.js';
import { statuses } from './0001-statuses.js';

// Where there is no embedded log, the last run of the retention that was approved is remembered here: one row, of which
// the last run counts. By the number of the run and not by its time, since what it guards against is a clock that jumps.
const RETENTION_RUNS: Table = {
  name: 'retention_runs',
  columns: `
    store String,
    run UInt64,
    ran_at DateTime64(3, 'UTC'),
    cutoff DateTime64(3, 'UTC')`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'run',
  orderBy: 'store',
  settings: DURABLE,
  shardBy: 'store',
  isProjected: false,
};

const tablesOf = ({ changes }: Migration) =>
  changes.flatMap((change) => ('create' in change ? [change.create] : []));

/** In earlier versions the store deleted by a TTL of its own, which nobody could stop when the clock was wrong. */
export const retention: Migration = {
  version: 7,
  name: 'no TTLs, runs of the retention',
  changes: [
    ...[statuses, contacts, receipts, deadLetterResends]
      .flatMap(tablesOf)
      .flatMap(({ name, expiry }) =>
        expiry === undefined ? [] : [{ removeTtlOf: name, column: expiry.column }],
      ),
    { create: RETENTION_RUNS },
  ],
};
