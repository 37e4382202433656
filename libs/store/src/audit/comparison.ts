import type { BoundValues, Row, StoreConnection } from '../connection.js';

export type AuditedTable =
  | 'state_intervals'
  | 'anomalies'
  | 'timelines'
  | 'legs'
  | 'answered_legs'
  | 'contact_anomalies'
  | 'contact_groups'
  | 'directory_groups'
  | 'directory_agent_groups';

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

/** Tables that are projected from one table of raw events, compared in parts. */
export interface AuditedKind {
  /** The query for the number of raw events, or for a number as good: parts are made by it. */
  readonly size: string;
  /** The queries bind `{parts:UInt32}` and `{part:UInt32}`, and what `values` holds. */
  readonly comparisons: readonly Comparison[];
  readonly values: BoundValues;
}

/** Of each table, part and side, this many differences are told. */
export const TOLD_DIFFERENCES = 100;

/** Whatever rows the two queries do not share; in one pass over each, since the expected ones are costly. */
export async function compare(
  connection: StoreConnection,
  { table, expected, stored }: Comparison,
  values: BoundValues,
): Promise<Difference[]> {
  const rows = await connection.rows(
    `SELECT sum(side) > 0 AS is_missing, * EXCEPT (side)
     FROM (SELECT *, 1 AS side FROM (${expected}) UNION ALL SELECT *, -1 AS side FROM (${stored}))
     GROUP BY ALL HAVING sum(side) != 0
     LIMIT {limit:UInt32} BY is_missing`,
    { ...values, limit: TOLD_DIFFERENCES },
  );
  return rows.map(([isMissing, ...row]) => ({ table, side: isMissing ? 'missing' : 'surplus', row }));
}
