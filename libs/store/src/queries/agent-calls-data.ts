import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues } from '../connection/values.js';
import type { PeriodQuery } from './query-store.js';
import { sizeOfAnswer, sizeOfList, sliceByRows } from './agent-slices.js';
import { directoryInForce, SERVICE, servicesOfGroups } from './directory-sql.js';
import { boundTime, isoTime, joined } from './json-sql.js';
import { separated } from './separated.js';

export interface AgentCallsDataOptions {
  readonly database: string;
  readonly staticServiceId: string;
  readonly rowsPerPiece: number;
}

/** Processed legs of the bound agents that were answered in the bound period. */
const served = (database: string, columns: string) => `
  SELECT ${columns} FROM ${database}.answered_legs FINAL
  WHERE system_id = {system:String} AND worker_id IN {agents:Array(String)} AND outcome = 'processed'
    AND answered >= ${boundTime('start')} AND answered < ${boundTime('end')}`;

const CALL = `concat('{"startCall":"', ${isoTime('answered')}, '","endCall":"', ${isoTime('ended')},
  '","duration":', toString(toUnixTimestamp64Milli(ended) - toUnixTimestamp64Milli(answered)), '}')`;

const OBJECT = `concat('{"agentId":', toJSONString(worker_id), ',"serviceId":', toJSONString(${SERVICE}),
  ',"groupId":', toJSONString(group_id), ',"agentCalls":[', ${joined(CALL, 'answered', 'ended', 'contact_id', 'begin')}, ']}')`;

/** Streams the answer of `agentCallsData` (spec 3.5), a slice of agents at a time. */
export async function* agentCallsData(
  store: StoreConnection,
  query: PeriodQuery,
  { database, staticServiceId, rowsPerPiece }: AgentCallsDataOptions,
): AsyncGenerator<Buffer> {
  const asked = store.forQuestion(sizeOfList(query.agentIds));
  const directory = await directoryInForce(asked, database, query.systemId);
  const period = { system: query.systemId, start: query.start, end: query.end, directory };
  const agents = await countCalls(asked, { ...period, agents: query.agentIds }, database);
  const connection = store.forQuestion(sizeOfAnswer(agents));
  yield* separated(
    sliceByRows(agents, rowsPerPiece).map(async function* (slice) {
      yield await connection.text(
        `SELECT ${joined('object', 'worker_id', 'group_id')}
         FROM (
           SELECT worker_id, group_id, ${OBJECT} AS object
           FROM (${served(database, 'worker_id, group_id, answered, ended, contact_id, begin')}) AS calls
           LEFT JOIN (${servicesOfGroups(database)}) AS services USING group_id
           GROUP BY worker_id, group_id, service_id
         )`,
        { ...period, agents: slice.map(({ agentId }) => agentId), service: staticServiceId },
      );
    }),
  );
}

async function countCalls(connection: StoreConnection, values: BoundValues, database: string) {
  const rows = await connection.rows<[string, number]>(
    `SELECT worker_id, count() FROM (${served(database, 'worker_id')}) GROUP BY worker_id ORDER BY worker_id`,
    values,
  );
  return rows.map(([agentId, count]) => ({ agentId, rows: count }));
}
