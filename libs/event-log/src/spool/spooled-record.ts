import type { NewRecord, StoredRecord } from '../log-record.js';

/** Puts the key in front of the value, since an embedded log does not store keys and the forwarder needs them. */
export function toSpooled({ key, value, ...others }: NewRecord): NewRecord {
  return { key, value: `${key.length}:${key}${value}`, ...others };
}

export function fromSpooled({ value: spooled, headers }: Pick<StoredRecord, 'value' | 'headers'>): NewRecord {
  const colon = spooled.indexOf(':');
  const end = colon + 1 + Number(spooled.slice(0, colon));
  const record = { key: spooled.slice(colon + 1, end), value: spooled.slice(end) };
  return headers === undefined ? record : { ...record, headers };
}
