import { NOT_ENDED_MS } from '../clickhouse-contact-store.js';
import type { AuditedKind } from './comparison.js';
import { legsSql } from './legs-sql.js';

const OF_PART = 'cityHash64(system_id, contact_id) % {parts:UInt32} = {part:UInt32}';
const LEG = 'toString(system_id), contact_id, group_id, begin, toString(begun_by), begun_by_worker';

const GROUPS_OF_PART = 'cityHash64(system_id, group_id) % {parts:UInt32} = {part:UInt32}';

/**
 * Legs, the answered ones as their agents have them, and anomalies; a part is a share of the contacts. Groups are known
 * for longer than the events are kept that made them known, so that only missing ones can be told.
 */
export function auditedContacts(database: string): AuditedKind {
  const { legs, answeredLegs, anomalies } = legsSql(database, OF_PART);
  const groups = `SELECT DISTINCT toString(system_id) AS system_id, group_id FROM ${database}.contact_events
                  WHERE ${GROUPS_OF_PART}`;
  return {
    size: `SELECT count() FROM ${database}.contact_events`,
    values: { notEnded: NOT_ENDED_MS },
    comparisons: [
      {
        table: 'legs',
        expected: legs,
        stored: `SELECT ${LEG}, toString(outcome), worker_id, answered, waiting_ms, talk_ms, handling_ms,
                        post_processing_ms, customer_id, toString(channel_type), last_touched
                 FROM ${database}.legs FINAL WHERE ${OF_PART}`,
      },
      {
        table: 'answered_legs',
        expected: answeredLegs,
        stored: `SELECT ${LEG}, toString(outcome), worker_id, answered, ended, toString(channel_type)
                 FROM ${database}.answered_legs FINAL WHERE ${OF_PART}`,
      },
      {
        table: 'contact_anomalies',
        expected: anomalies,
        stored: `SELECT toString(system_id), contact_id, at, toString(kind), toString(action), group_id, worker_id
                 FROM ${database}.contact_anomalies FINAL WHERE ${OF_PART}`,
      },
      {
        table: 'contact_groups',
        expected: groups,
        stored: `SELECT system_id, group_id FROM ${database}.contact_groups FINAL
                 WHERE (system_id, group_id) IN (${groups})`,
      },
    ],
  };
}
