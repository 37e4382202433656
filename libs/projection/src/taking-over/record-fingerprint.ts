import { createHash } from 'node:crypto';
import type { StoredRecord } from '#event-log';

const DIGITS = 24;

/**
 * Identifies a record of a log: another record at the same offset has, for all practical purposes, another fingerprint. It
 * includes the time of the append, since different appends may have the same value.
 */
export function fingerprintOf({ appendedAt, value }: Pick<StoredRecord, 'appendedAt' | 'value'>): string {
  const digest = createHash('sha256').update(value).digest('hex').slice(0, DIGITS);
  return `${appendedAt} ${digest}`;
}
