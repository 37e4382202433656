import { inPeriod } from '../queries/json-sql.js';

/** The system that a dead letter counts for, as the receiver read it; none where the value sent could not be an id. */
const COUNTED_SYSTEM = `if(lengthUTF8(system_id) > 256 OR match(system_id, '\\\\p{Cc}'), '', system_id)`;

const OF_SYSTEMS = 'IN {systems:Array(String)}';

/**
 * SQL for the defects in what the bound systems sent in the bound period, as (system_id, table, kind, count): anomalies
 * by when they show, dead letters by when they were received.
 */
export const systemDefects = (database: string) => `
  SELECT system_id, 'anomalies' AS table, toString(kind) AS defect, count() AS n
  FROM ${database}.anomalies FINAL WHERE system_id ${OF_SYSTEMS} AND ${inPeriod('at')} GROUP BY system_id, kind
  UNION ALL
  SELECT system_id, 'contact_anomalies', toString(kind), count()
  FROM ${database}.contact_anomalies FINAL WHERE system_id ${OF_SYSTEMS} AND ${inPeriod('at')} GROUP BY system_id, kind
  UNION ALL
  SELECT ${COUNTED_SYSTEM} AS counted, 'dead_letters', reason, count()
  FROM ${database}.dead_letters FINAL WHERE counted ${OF_SYSTEMS} AND ${inPeriod('received_at')} GROUP BY counted, reason`;
