import { createHash } from 'node:crypto';
import type { StoredRecord } from '#event-log';

const DIGITS = 24;

/**
 * Recognises a record of a log: another record at the same offset has another fingerprint, for all practical purposes. Made
 * of what the log keeps of it, the time of its append included, since different appends may say the same.
 */
export function fingerprintOf({ appendedAt, value }: Pick<StoredRecord, 'appendedAt' | 'value'>): string {
  const digest = createHash('sha256').update(value).digest('hex').slice(0, DIGITS);
  return `${appendedAt} ${digest}`;
}
