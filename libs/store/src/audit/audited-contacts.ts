import { NOT_ENDED_MS } from '../clickhouse-contact-store.js';
import type { AuditedKind } from './comparison.js';
import { legsSql } from './legs-sql.js';

const OF_PART = 'cityHash64(system_id, contact_id) % {parts:UInt32} = {part:UInt32}';
const LEG = 'toString(system_id), contact_id, group_id, begin, toString(begun_by), begun_by_worker';

/** Legs, the answered ones as their agents have them, and anomalies; a part is a share of the contacts. */
export function auditedContacts(database: string): AuditedKind {
  const { legs, answeredLegs, anomalies } = legsSql(database, OF_PART);
  return {
    events: `${database}.contact_events`,
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
    ],
  };
}
