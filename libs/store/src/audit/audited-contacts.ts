import { NOT_ENDED_MS } from '../projection/clickhouse-contact-store.js';
import { boundTime } from '../queries/json-sql.js';
import type { AuditedKind } from './comparison.js';
import { legsSql } from './legs-sql.js';

const LEG = 'toString(system_id), contact_id, group_id, begin, toString(begun_by), begun_by_worker';
const SINCE = boundTime('since');

/**
 * Legs, answered legs as their agents see them, and anomalies. A part is a share of the contacts. Groups outlive the
 * events that introduced them, so only missing ones can be detected.
 */
export function auditedContacts(database: string): AuditedKind {
  return {
    size: `SELECT count() FROM ${database}.contact_events`,
    ofPart: 'cityHash64(system_id, contact_id) % {parts:UInt32} = {part:UInt32}',
    values: { notEnded: NOT_ENDED_MS },
    keys: {
      columns: ['system_id', 'contact_id'],
      tables: ['legs', 'answered_legs', 'contact_anomalies', 'contact_events'],
      sources: ['contact_events', 'legs'],
    },
    comparisonsOf(condition) {
      const { legs, answeredLegs, anomalies } = legsSql(database, condition);
      const groups = `SELECT DISTINCT toString(system_id) AS system_id, group_id FROM ${database}.contact_events
                      WHERE ${condition} AND action_time >= ${SINCE}`;
      return [
        {
          table: 'legs',
          expected: `SELECT * FROM (${legs}) WHERE begin >= ${SINCE}`,
          stored: `SELECT ${LEG}, toString(outcome), worker_id, answered, waiting_ms, talk_ms, handling_ms,
                          post_processing_ms, customer_id, toString(channel_type), last_touched
                   FROM ${database}.legs FINAL WHERE ${condition} AND begin >= ${SINCE}`,
        },
        {
          table: 'answered_legs',
          expected: `SELECT * FROM (${answeredLegs}) WHERE begin >= ${SINCE}`,
          stored: `SELECT ${LEG}, toString(outcome), worker_id, answered, ended, toString(channel_type)
                   FROM ${database}.answered_legs FINAL WHERE ${condition} AND begin >= ${SINCE}`,
        },
        {
          table: 'contact_anomalies',
          expected: `SELECT * FROM (${anomalies}) WHERE instant >= ${SINCE}`,
          stored: `SELECT toString(system_id), contact_id, at, toString(kind), toString(action), group_id, worker_id
                   FROM ${database}.contact_anomalies FINAL WHERE ${condition} AND at >= ${SINCE}`,
        },
        {
          table: 'contact_groups',
          expected: groups,
          stored: `SELECT system_id, group_id FROM ${database}.contact_groups FINAL
                   WHERE (system_id, group_id) IN (${groups})`,
        },
      ];
    },
  };
}
