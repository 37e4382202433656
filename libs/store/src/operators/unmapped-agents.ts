import { MAX_SAMPLED_AGENTS } from './systems-store.js';
import { inPeriod } from '../queries/json-sql.js';

/** Agents who entered a state or answered a contact in the bound period. A leg may be answered by nobody: worker ''. */
const atWork = (database: string, where: string) => `
  SELECT system_id, worker_id FROM ${database}.state_intervals WHERE ${where} AND ${inPeriod('start')}
  UNION DISTINCT
  SELECT system_id, worker_id FROM ${database}.answered_legs FINAL WHERE ${where} AND worker_id != '' AND ${inPeriod('answered')}`;

/** The directory in force of each system, if it lists agents. */
const directories = (database: string, where: string) => `
  SELECT system_id, in_force FROM (
    SELECT system_id, argMax(body, position) AS in_force FROM ${database}.directories WHERE ${where} GROUP BY system_id
  )
  WHERE JSONHas(in_force, 'agents')`;

const knownAgents = (database: string, where: string) => `
  SELECT system_id, JSONExtractString(arrayJoin(JSONExtractArrayRaw(in_force, 'agents')), 'id')
  FROM (${directories(database, where)})`;

/**
 * SQL for the agents at work who are missing from the directory in force, as (system_id, unmapped, sample), with a row
 * for each system that has such a directory.
 *
 * @param where a condition on `system_id`; `from` and `to` have to be bound.
 */
export const unmappedAgents = (database: string, where: string) => `
  SELECT system_id, unmapped, sample
  FROM (SELECT system_id FROM (${directories(database, where)})) AS mapped
  LEFT JOIN (
    SELECT system_id, count() AS unmapped, groupArraySorted(${MAX_SAMPLED_AGENTS})(worker_id) AS sample
    FROM (${atWork(database, where)})
    WHERE (system_id, worker_id) NOT IN (${knownAgents(database, where)})
    GROUP BY system_id
  ) AS strangers USING system_id`;
