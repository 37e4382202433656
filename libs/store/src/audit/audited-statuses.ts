import type { AuditedKind } from './comparison.js';
import { pairingSql } from './pairing-sql.js';

const OF_PART = 'cityHash64(system_id, worker_id) % {parts:UInt32} = {part:UInt32}';
const TIMELINE = 'toString(system_id), worker_id, group_id';

/** Intervals, anomalies and open states; a part is a share of the agents. */
export function auditedStatuses(database: string, stateMaxAgeMs: number): AuditedKind {
  const { intervals, anomalies } = pairingSql(database, OF_PART);
  return {
    size: `SELECT count() FROM ${database}.status_events`,
    values: { maxAge: stateMaxAgeMs },
    comparisons: [
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
    ],
  };
}
