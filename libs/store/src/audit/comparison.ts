import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues, Row } from '../connection/values.js';

export type AuditedTable =
  | 'state_intervals'
  | 'anomalies'
  | 'timelines'
  | 'legs'
  | 'answered_legs'
  | 'contact_anomalies'
  | 'contact_groups'
  | 'directory_groups'
  | 'directory_agent_groups'
  // Raw events are compared with the log. Only missing ones can be reported.
  | 'status_events'
  | 'contact_events';

/** A row that the store has but should not (`surplus`), or lacks but should have (`missing`). */
export interface Difference {
  readonly table: AuditedTable;
  readonly side: 'surplus' | 'missing';
  readonly row: Row;
}

/** Two queries whose rows must be equal, column by column. */
export interface Comparison {
  readonly table: AuditedTable;
  readonly expected: string;
  readonly stored: string;
}

/** Tables that are projected from one table of raw events, compared share by share. */
export interface AuditedKind {
  /** The query for the number of raw events, or an equivalent measure, by which parts are sized. */
  readonly size: string;
  /** The condition for one of several parts. Binds `{parts:UInt32}` and `{part:UInt32}`. */
  readonly ofPart: string;
  /**
   * The comparisons for the rows that a condition picks. The queries bind `{since:Int64}` and everything in `values`.
   */
  readonly comparisonsOf: (condition: string) => readonly Comparison[];
  readonly values: BoundValues;
  /** How to find rows by their timeline or contact; `undefined` where that is impossible. */
  readonly keys: AuditedKeys | undefined;
}

/** What rows of one kind belong to: a timeline or a contact. */
export interface AuditedKeys {
  /** The columns of the key, which the rows of `tables` begin with. */
  readonly columns: readonly [string, ...string[]];
  readonly tables: readonly AuditedTable[];
  /** The raw events, and another table with every key: what one of them lost is found through the other. */
  readonly sources: readonly [events: string, other: string];
}

/** The values of a key, in the order of {@link AuditedKeys.columns}. */
export type AuditedKey = readonly string[];

/** Maximum differences reported per table, part and side, unless more are asked for. */
export const REPORTED_DIFFERENCES = 100;

/** The rows that the two queries do not share. Each runs once, since the expected rows are costly. */
export async function compare(
  connection: StoreConnection,
  { table, expected, stored }: Comparison,
  values: BoundValues,
  limit = REPORTED_DIFFERENCES,
): Promise<Difference[]> {
  const rows = await connection.rows(
    `SELECT sum(side) > 0 AS is_missing, * EXCEPT (side)
     FROM (SELECT *, 1 AS side FROM (${expected}) UNION ALL SELECT *, -1 AS side FROM (${stored}))
     GROUP BY ALL HAVING sum(side) != 0
     LIMIT {limit:UInt32} BY is_missing`,
    { ...values, limit },
  );
  return rows.map(([isMissing, ...row]) => ({ table, side: isMissing ? 'missing' : 'surplus', row }));
}

/** The number of rows that the store has for a comparison. */
export async function countStored(
  connection: StoreConnection,
  { stored }: Comparison,
  values: BoundValues,
): Promise<number> {
  const [row] = await connection.rows<[number]>(`SELECT count() FROM (${stored})`, values);
  return row![0];
}

/** The condition for the rows of the keys that {@link keyValues} binds. It uses the prefix of the sorting key. */
export function ofKeys({ columns }: AuditedKeys): string {
  const bound = columns.map((_, index) => `{key${index}:Array(String)}`);
  const each = columns.map((column, index) => `${column} IN ${bound[index]}`);
  return `${each.join(' AND ')} AND (${columns.join(', ')}) IN (SELECT arrayJoin(arrayZip(${bound.join(', ')})))`;
}

export function keyValues({ columns }: AuditedKeys, keys: readonly AuditedKey[]): BoundValues {
  return Object.fromEntries(columns.map((_, index) => [`key${index}`, keys.map((key) => key[index]!)]));
}

/** The keys that the differences belong to, each once. Rows of kinds without keys are left out. */
export function keysOf(differences: readonly Difference[], { columns, tables }: AuditedKeys): AuditedKey[] {
  const keys = new Map<string, AuditedKey>();
  for (const { table, row } of differences) {
    if (!tables.includes(table)) continue;
    const key = row.slice(0, columns.length).map(String);
    keys.set(JSON.stringify(key), key);
  }
  return [...keys.values()];
}
