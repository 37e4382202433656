import { boundTime } from '../queries/json-sql.js';
import type { AuditedKind } from './comparison.js';
import { pairingSql } from './pairing-sql.js';

const TIMELINE = 'toString(system_id), worker_id, group_id';
const SINCE = boundTime('since');

/** Intervals, anomalies and open states. A part is a share of the agents. */
export function auditedStatuses(database: string, stateMaxAgeMs: number): AuditedKind {
  return {
    size: `SELECT count() FROM ${database}.status_events`,
    ofPart: 'cityHash64(system_id, worker_id) % {parts:UInt32} = {part:UInt32}',
    values: { maxAge: stateMaxAgeMs },
    keys: {
      columns: ['system_id', 'worker_id', 'group_id'],
      tables: ['state_intervals', 'anomalies', 'timelines', 'status_events'],
      sources: ['status_events', 'timelines'],
    },
    comparisonsOf(condition) {
      const { intervals, anomalies } = pairingSql(database, condition);
      return [
        {
          table: 'state_intervals',
          expected: `SELECT ${TIMELINE}, start, end, state_code, state_name, ended_by FROM (${intervals}) WHERE start >= ${SINCE}`,
          stored: `SELECT ${TIMELINE}, start, end, toString(state_code), toString(state_name), toString(ended_by)
                   FROM ${database}.state_intervals FINAL WHERE ${condition} AND start >= ${SINCE}`,
        },
        {
          table: 'anomalies',
          expected: `SELECT ${TIMELINE}, at, kind, state_code FROM (${anomalies}) WHERE at >= ${SINCE}`,
          stored: `SELECT ${TIMELINE}, at, toString(kind), toString(state_code)
                   FROM ${database}.anomalies FINAL WHERE ${condition} AND at >= ${SINCE}`,
        },
        {
          table: 'timelines',
          expected: `SELECT ${TIMELINE}, start, state_code, state_name FROM (${intervals})
                     WHERE ended_by = 'open' AND start >= ${SINCE}`,
          stored: `SELECT ${TIMELINE}, assumeNotNull(open_since), toString(open_code), toString(open_name)
                   FROM ${database}.timelines FINAL
                   WHERE ${condition} AND open_since IS NOT NULL AND open_since >= ${SINCE}`,
        },
      ];
    },
  };
}
