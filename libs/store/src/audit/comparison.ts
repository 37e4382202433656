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
  // Raw events are held against the log: missing ones alone are told.
  | 'status_events'
  | 'contact_events';

/** A row that the store has and should not have (`surplus`), or should have and has not (`missing`). */
export interface Difference {
  readonly table: AuditedTable;
  readonly side: 'surplus' | 'missing';
  readonly row: Row;
}

/** Two queries whose rows have to be the same, column by column. */
export interface Comparison {
  readonly table: AuditedTable;
  readonly expected: string;
  readonly stored: string;
}

/** Tables that are projected from one table of raw events, compared share by share. */
export interface AuditedKind {
  /** The query for the number of raw events, or for a number as good: parts are made by it. */
  readonly size: string;
  /** The condition for one of several parts: binds `{parts:UInt32}` and `{part:UInt32}`. */
  readonly ofPart: string;
  /** What is told of the share of rows that a condition picks. The queries bind `{since:Int64}`, and what `values` holds. */
  readonly comparisonsOf: (condition: string) => readonly Comparison[];
  readonly values: BoundValues;
  /** How rows are found by whose they are; `undefined` where they cannot be. */
  readonly keys: AuditedKeys | undefined;
}

/** What rows of a kind belong to: a timeline or a contact. */
export interface AuditedKeys {
  /** The key's columns, which the rows of `tables` begin with. */
  readonly columns: readonly [string, ...string[]];
  readonly tables: readonly AuditedTable[];
  /** The raw events, and another table that has each key: what is lost from one of them is found by the other. */
  readonly sources: readonly [events: string, other: string];
}

/** A key's values, in the order of {@link AuditedKeys.columns}. */
export type AuditedKey = readonly string[];

/** Of each table, part and side, this many differences are told unless more are asked for. */
export const REPORTED_DIFFERENCES = 100;

/** Whatever rows the two queries do not share; in one pass over each, since the expected ones are costly. */
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

/** How many rows the store has for a comparison. */
export async function countStored(
  connection: StoreConnection,
  { stored }: Comparison,
  values: BoundValues,
): Promise<number> {
  const [row] = await connection.rows<[number]>(`SELECT count() FROM (${stored})`, values);
  return row![0];
}

/** The condition for the rows of bound keys, which {@link keyValues} binds; found by the prefix of a sorting key. */
export function ofKeys({ columns }: AuditedKeys): string {
  const bound = columns.map((_, index) => `{key${index}:Array(String)}`);
  const each = columns.map((column, index) => `${column} IN ${bound[index]}`);
  return `${each.join(' AND ')} AND (${columns.join(', ')}) IN (SELECT arrayJoin(arrayZip(${bound.join(', ')})))`;
}

export function keyValues({ columns }: AuditedKeys, keys: readonly AuditedKey[]): BoundValues {
  return Object.fromEntries(columns.map((_, index) => [`key${index}`, keys.map((key) => key[index]!)]));
}

/** Whose the differences are, each key once; none for rows that belong to nothing of a kind with keys. */
export function keysOf(differences: readonly Difference[], { columns, tables }: AuditedKeys): AuditedKey[] {
  const keys = new Map<string, AuditedKey>();
  for (const { table, row } of differences) {
    if (!tables.includes(table)) continue;
    const key = row.slice(0, columns.length).map(String);
    keys.set(JSON.stringify(key), key);
  }
  return [...keys.values()];
}
