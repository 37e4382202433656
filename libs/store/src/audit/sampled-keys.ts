import type { StoreConnection } from '../connection/connection.js';
import { keyValues, ofKeys, type AuditedKey, type AuditedKeys } from './comparison.js';

export interface KeySample {
  readonly database: string;
  readonly sample: number;
  readonly seed: number;
  /** Keys are put into slices of this many events, or of one key that has more. */
  readonly eventsPerSlice: number;
}

/** A random sample of keys, in slices: those whose hash, salted with the seed, is smallest. */
export async function sampledKeys(
  connection: StoreConnection,
  keys: AuditedKeys,
  { database, sample, seed, eventsPerSlice }: KeySample,
): Promise<AuditedKey[][]> {
  const columns = keys.columns.map((column) => `toString(${column})`).join(', ');
  const hash = `cityHash64({seed:UInt32}, ${columns})`;
  const rows = await connection.rows<string[]>(
    `SELECT ${columns} FROM (${keys.sources
      .map(
        (table) =>
          `SELECT DISTINCT ${keys.columns.join(', ')} FROM ${database}.${table} WHERE ${hash} % {among:UInt64} = 0`,
      )
      .join(' UNION DISTINCT ')})
     ORDER BY ${hash} LIMIT {sample:UInt32}`,
    { seed, sample, among: await oneAmong(connection, keys, database, sample) },
  );
  return slicesOf(await sizesOf(connection, keys, database, rows), eventsPerSlice);
}

/** Hashing one key in this many usually leaves at least twice the sample. If there are few keys, all are hashed. */
async function oneAmong(
  connection: StoreConnection,
  keys: AuditedKeys,
  database: string,
  sample: number,
): Promise<number> {
  const [row] = await connection.rows<[number]>(
    `SELECT uniqHLL12(${keys.columns.join(', ')}) FROM ${database}.${keys.sources[1]}`,
  );
  return Math.max(1, Math.floor(row![0] / (2 * sample)));
}

async function sizesOf(
  connection: StoreConnection,
  keys: AuditedKeys,
  database: string,
  sampled: readonly AuditedKey[],
): Promise<{ key: AuditedKey; events: number }[]> {
  if (sampled.length === 0) return [];
  const rows = await connection.rows<[...string[], number]>(
    `SELECT ${keys.columns.map((column) => `toString(${column})`).join(', ')}, count()
     FROM ${database}.${keys.sources[0]} WHERE ${ofKeys(keys)} GROUP BY ${keys.columns.join(', ')}`,
    keyValues(keys, sampled),
  );
  const sizes = new Map(rows.map((row) => [JSON.stringify(row.slice(0, -1)), Number(row.at(-1))]));
  return sampled.map((key) => ({ key, events: sizes.get(JSON.stringify(key)) ?? 0 }));
}

function slicesOf(
  keys: readonly { readonly key: AuditedKey; readonly events: number }[],
  eventsPerSlice: number,
): AuditedKey[][] {
  const slices: AuditedKey[][] = [];
  let inSlice = Infinity;
  for (const { key, events } of keys) {
    if (inSlice + events > eventsPerSlice) {
      slices.push([]);
      inSlice = 0;
    }
    slices.at(-1)!.push(key);
    inSlice += events;
  }
  return slices;
}
