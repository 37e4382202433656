import type { BoundValues, Row, StoreConnection } from '../connection.js';
import { pairingSql } from './pairing-sql.js';

/** A row that the store has and should not have (`surplus`), or should have and has not (`missing`). */
export interface Difference {
  readonly table: 'state_intervals' | 'anomalies' | 'timelines';
  readonly side: 'surplus' | 'missing';
  readonly row: Row;
}

export interface AuditProgress {
  /** Parts of the store that were compared so far, and in all. */
  readonly done: number;
  readonly parts: number;
  readonly differences: readonly Difference[];
}

export interface AuditOptions {
  readonly database: string;
  readonly stateMaxAgeMs: number;
  /** Events that are paired at a time; bounds the memory. */
  readonly eventsPerPart?: number;
}

const EVENTS_PER_PART = 250_000;
/** Of each table and part, this many differences are told. */
export const TOLD_DIFFERENCES = 100;

/**
 * Compares what was projected with an independent pairing of the raw events, part by part: intervals, anomalies
 * and the open states. A part is a share of the agents, so that memory stays bounded.
 */
export async function* audit(
  connection: StoreConnection,
  { database, stateMaxAgeMs, eventsPerPart = EVENTS_PER_PART }: AuditOptions,
): AsyncGenerator<AuditProgress> {
  const [row] = await connection.rows<[number]>(`SELECT count() FROM ${database}.status_events`);
  const parts = Math.max(1, Math.ceil(row![0] / eventsPerPart));
  for (let part = 0; part < parts; part++) {
    const values = { maxAge: stateMaxAgeMs, parts, part };
    const differences: Difference[] = [];
    for (const comparison of comparisons(database)) {
      differences.push(...(await compare(connection, comparison, values)));
    }
    yield { done: part + 1, parts, differences };
  }
}

interface Comparison {
  readonly table: Difference['table'];
  readonly expected: string;
  readonly stored: string;
}

const OF_PART = 'cityHash64(system_id, worker_id) % {parts:UInt32} = {part:UInt32}';
const TIMELINE = 'toString(system_id), worker_id, group_id';

function comparisons(database: string): Comparison[] {
  const { intervals, anomalies } = pairingSql(database, OF_PART);
  return [
    {
      table: 'state_intervals',
      expected: `SELECT ${TIMELINE}, start, end, state_code, state_name, ended_by FROM (${intervals})`,
      stored: `SELECT ${TIMELINE}, start, end, toString(state_code), toString(state_name), toString(ended_by)
               FROM ${database}.state_intervals FINAL WHERE ${OF_PART}`,
    },
    {
      table: 'anomalies',
      expected: `SELECT ${TIMELINE}, at, kind, state_code FROM (${anomalies})`,
      stored: `SELECT ${TIMELINE}, at, toString(kind), toString(state_code)
               FROM ${database}.anomalies FINAL WHERE ${OF_PART}`,
    },
    {
      table: 'timelines',
      expected: `SELECT ${TIMELINE}, start, state_code, state_name FROM (${intervals}) WHERE ended_by = 'open'`,
      stored: `SELECT ${TIMELINE}, assumeNotNull(open_since), toString(open_code), toString(open_name)
               FROM ${database}.timelines FINAL WHERE ${OF_PART} AND open_since IS NOT NULL`,
    },
  ];
}

async function compare(
  connection: StoreConnection,
  { table, expected, stored }: Comparison,
  values: BoundValues,
): Promise<Difference[]> {
  const difference = async (side: Difference['side'], a: string, b: string) => {
    const query = `SELECT * FROM (${a} EXCEPT ${b}) LIMIT {limit:UInt32}`;
    const rows = await connection.rows(query, { ...values, limit: TOLD_DIFFERENCES });
    return rows.map((row) => ({ table, side, row }));
  };
  return [
    ...(await difference('missing', expected, stored)),
    ...(await difference('surplus', stored, expected)),
  ];
}
