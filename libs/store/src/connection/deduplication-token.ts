import { createHash } from 'node:crypto';
import type { EncodedRows } from './encoded-rows.js';

/**
 * A name for an insert: the same for the same rows into the same table, so that a server that keeps such names can
 * recognise a repetition. It is made from the content rather than counted, because after a crash the log is cut into
 * other batches, and a batch with other content must never get an old name.
 */
export function deduplicationToken(table: string, columns: readonly string[], rows: EncodedRows): string {
  return createHash('sha256')
    .update(JSON.stringify([table, columns]))
    .update(rows.text)
    .digest('hex');
}
