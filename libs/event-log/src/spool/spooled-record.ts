import type { NewRecord } from '../event-log.js';

/** A log hands out values without their keys, and a spooled record needs its key again: the value carries it in front. */
export function toSpooled({ key, value }: NewRecord): NewRecord {
  return { key, value: `${key.length}:${key}${value}` };
}

export function fromSpooled(spooled: string): NewRecord {
  const colon = spooled.indexOf(':');
  const end = colon + 1 + Number(spooled.slice(0, colon));
  return { key: spooled.slice(colon + 1, end), value: spooled.slice(end) };
}
