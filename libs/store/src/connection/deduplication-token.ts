import { createHash } from 'node:crypto';
import type { EncodedRows } from './encoded-rows.js';

/**
 * A name for what is inserted: the same for the same rows into the same table, so that a server that keeps such names can
 * tell a repetition. Made of the content rather than counted: after a crash the log is cut into other batches, and a batch
 * of other content must never bear an old name.
 */
export function deduplicationToken(table: string, columns: readonly string[], rows: EncodedRows): string {
  return createHash('sha256')
    .update(JSON.stringify([table, columns]))
    .update(rows.text)
    .digest('hex');
}
