import type { Migration } from '../table.js';
import { statuses } from './0001-statuses.js';
import { contacts } from './0002-contacts.js';
import { directories } from './0003-directories.js';
import { receipts } from './0004-receipts.js';
import { deadLetterResends } from './0005-dead-letter-resends.js';
import { positions } from './0006-positions.js';
import { retention } from './0007-retention.js';

/** In the order in which they run. A released one is never changed. */
export const MIGRATIONS: readonly Migration[] = [
  statuses,
  contacts,
  directories,
  receipts,
  deadLetterResends,
  positions,
  retention,
];
