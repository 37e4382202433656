import type { NewRecord, StoredRecord } from '../log-record.js';

/** A log hands out values without their keys, and a spooled record needs its key again: the value carries it in front. */
export function toSpooled({ key, value, ...others }: NewRecord): NewRecord {
  return { key, value: `${key.length}:${key}${value}`, ...others };
}

export function fromSpooled({ value: spooled, headers }: Pick<StoredRecord, 'value' | 'headers'>): NewRecord {
  const colon = spooled.indexOf(':');
  const end = colon + 1 + Number(spooled.slice(0, colon));
  const record = { key: spooled.slice(colon + 1, end), value: spooled.slice(end) };
  return headers === undefined ? record : { ...record, headers };
}
