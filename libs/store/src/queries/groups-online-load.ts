import { nextDay, startOfDay } from '#domain';
import type { StoreConnection } from '../connection/connection.js';
import type { GroupsNowQuery } from './query-store.js';
import { latestOpen } from './agent-status.js';
import { directoryInForce, groupsOfAgents, SERVICE, servicesOfGroups } from './directory-sql.js';
import { average, boundTime, joined } from './json-sql.js';

export interface GroupsOnlineLoadOptions {
  readonly database: string;
  readonly staticServiceId: string;
  readonly timeZone: string;
  readonly stateMaxAgeMs: number;
  readonly offlineStateCodes: readonly string[];
  readonly serviceLevelMs: number;
  readonly contactMaxAgeMs: number;
}

const IN_GROUPS = 'group_id IN {groups:Array(String)}';
const TODAY = `begin >= ${boundTime('dayStart')} AND begin < ${boundTime('dayEnd')}`;
/** Whether a leg still counts: one without an end that was not touched for long does not. */
const ALIVE = `(outcome IN ('processed', 'missed') OR last_touched >= ${boundTime('oldestTouch')})`;

/** The bound groups that occur in the directory or in any contact. */
const known = (database: string) => `
  SELECT group_id FROM (${servicesOfGroups(database)}) WHERE ${IN_GROUPS}
  UNION DISTINCT SELECT group_id FROM (${groupsOfAgents(database, IN_GROUPS)})
  UNION DISTINCT SELECT group_id FROM ${database}.contact_groups WHERE system_id = {system:String} AND ${IN_GROUPS}`;

/** Today's legs, and those of other days that are running. Two branches, since each has its own index. */
const legs = (database: string) => {
  const branch = (isToday: 0 | 1, where: string) => `
    SELECT group_id, worker_id, outcome, begin, answered, waiting_ms, talk_ms, ${isToday} AS is_today
    FROM ${database}.legs FINAL WHERE system_id = {system:String} AND ${IN_GROUPS} AND ${where} AND ${ALIVE}`;
  return `${branch(1, TODAY)} UNION ALL ${branch(
    0,
    `NOT (${TODAY}) AND outcome = 'running' AND last_touched >= ${boundTime('oldestTouch')}`,
  )}`;
};

const processed = `is_today AND outcome = 'processed'`;
const talking = `outcome = 'running' AND answered IS NOT NULL`;

const load = (database: string) => `
  SELECT group_id, countIf(outcome = 'running' AND answered IS NULL) AS queued, countIf(${talking}) AS being_processed,
         countIf(is_today) AS received, countIf(${processed}) AS treated,
         countIf(${processed} AND answered <= begin + toIntervalMillisecond({serviceLevel:Int64})) AS treated_in_time,
         ${average(`sumIf(talk_ms, ${processed})`, 'treated')} AS aht,
         countIf(is_today AND waiting_ms IS NOT NULL) AS waited,
         ${average(`sumIf(waiting_ms, is_today)`, 'waited')} AS awt,
         if(received = 0, 0, 100 * treated / received) AS acd,
         groupUniqArrayIf(worker_id, ${talking} AND worker_id != '') AS busy
  FROM (${legs(database)}) GROUP BY group_id`;

/** The agents of each group that `agentStatus` would list. */
const present = (database: string) => `
  SELECT group_id, groupUniqArray(worker_id) AS present FROM (${groupsOfAgents(database, IN_GROUPS)})
  WHERE worker_id IN (
    SELECT worker_id FROM (${latestOpen(
      database,
      `system_id = {system:String} AND worker_id IN (SELECT worker_id FROM (${groupsOfAgents(database, IN_GROUPS)}))`,
    )})
  )
  GROUP BY group_id`;

const member = (name: string, value: string) => `',"${name}":', toString(${value})`;

const OBJECT = `concat('{"serviceId":', toJSONString(service), ',"groupId":', toJSONString(group_id),
  ${member('callNumber', 'queued')}, ${member('operatorNumber', 'length(arrayDistinct(arrayConcat(busy, present)))')},
  ${member('callReceived', 'received')}, ${member('aht', 'aht')}, ${member('acd', 'acd')}, ${member('awt', 'awt')},
  ${member('callAnswered', 'treated')}, ${member('callAnsweredTst', 'treated_in_time')},
  ${member('callProcessing', 'being_processed')}, '}')`;

/**
 * The answer of `groupsOnlineLoad` (spec 4.3), one object for each requested group that is known; `undefined` if none
 * is.
 */
export async function groupsOnlineLoad(
  connection: StoreConnection,
  { systemId, groupIds, now }: GroupsNowQuery,
  { database, timeZone, ...rules }: GroupsOnlineLoadOptions,
): Promise<Buffer | undefined> {
  const answer = await connection.text(
    `SELECT if(count() = 0, '', concat('[', ${joined('object', 'service', 'group_id')}, ']'))
     FROM (
       SELECT ${SERVICE} AS service, group_id, ${OBJECT} AS object
       FROM (${known(database)}) AS known
       LEFT JOIN (${load(database)}) AS load USING group_id
       LEFT JOIN (${present(database)}) AS present USING group_id
       LEFT JOIN (${servicesOfGroups(database)}) AS services USING group_id
     )
     SETTINGS max_threads = 1`,
    {
      system: systemId,
      groups: groupIds,
      directory: await directoryInForce(connection, database, systemId),
      service: rules.staticServiceId,
      dayStart: startOfDay(now, timeZone),
      dayEnd: nextDay(now, timeZone),
      oldestTouch: now - rules.contactMaxAgeMs,
      serviceLevel: rules.serviceLevelMs,
      oldest: now - rules.stateMaxAgeMs,
      offline: rules.offlineStateCodes,
    },
  );
  return answer.length === 0 ? undefined : answer;
}
