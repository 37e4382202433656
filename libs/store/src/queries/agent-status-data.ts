import type { BoundValues, StoreConnection } from '../connection.js';
import type { PeriodQuery } from '../query-store.js';
import { sliceByRows, type AgentRows } from './agent-slices.js';
import { boundTime, isoTime, joined } from './json-sql.js';
import { separated } from './separated.js';

/** What the answer needs besides the store's rows. */
export interface AgentStatusDataOptions {
  readonly database: string;
  readonly staticServiceId: string;
  readonly rowsPerPiece: number;
}

/**
 * Intervals of the bound agents with a known end whose start or end falls within the bound period: those that start
 * in it, those that began before it and end in it, and those of no length that are at its very end.
 */
function served(database: string, columns: string, final: 'FINAL' | ''): string {
  const branch = (condition: string) => `SELECT ${columns} FROM ${database}.state_intervals ${final}
    WHERE system_id = {system:String} AND worker_id IN {agents:Array(String)} AND ${condition}`;
  const [start, end] = [boundTime('start'), boundTime('end')];
  return [
    branch(`start >= ${start} AND start < ${end} AND end IS NOT NULL`),
    branch(`start < ${start} AND end > ${start} AND end <= ${end}`),
    branch(`start = ${end} AND end = ${end}`),
  ].join(' UNION ALL ');
}

/** Streams the answer of `agentStatusData` (spec 3.3): the engine shapes the objects, a slice of agents at a time. */
export async function* agentStatusData(
  connection: StoreConnection,
  query: PeriodQuery,
  options: AgentStatusDataOptions,
): AsyncGenerator<Buffer> {
  const period = { system: query.systemId, start: query.start, end: query.end };
  const agents = await countRows(connection, { ...period, agents: query.agentIds }, options.database);
  const slices = sliceByRows(agents, options.rowsPerPiece);
  yield* separated(
    slices.map((slice) =>
      slice[0]!.rows > options.rowsPerPiece
        ? oneLargeAgent(connection, period, slice[0]!.agentId, options)
        : manyAgents(connection, period, slice, options),
    ),
  );
}

/** Rows that were replaced and not merged yet count too: it is only to tell how large slices may be. */
async function countRows(
  connection: StoreConnection,
  values: BoundValues,
  database: string,
): Promise<AgentRows[]> {
  const rows = await connection.rows<[string, number]>(
    `SELECT worker_id, count() FROM (${served(database, 'worker_id', '')}) GROUP BY worker_id`,
    values,
  );
  return rows.map(([agentId, count]) => ({ agentId, rows: count }));
}

const STATE = `concat('{"startDate":"', ${isoTime('start')}, '","endDate":"', ${isoTime('assumeNotNull(end)')},
  '","stateCode":', toJSONString(toString(state_code)), ',"stateName":', toJSONString(toString(state_name)), '}')`;

const ORDERED_STATES = joined(STATE, 'start', 'end', 'toString(state_code)');

/** Where the object of an agent's group begins, up to its list of states. */
const OBJECT_HEAD = `concat('{',
  if(group_id = '', '', concat('"serviceId":', toJSONString({service:String}), ',"groupId":', toJSONString(group_id), ',')),
  '"agentId":', toJSONString(worker_id), ',"states":[')`;

/**
 * The objects of some agents, row by row: each row is its state, behind whatever stands between it and the row before.
 * Ordering rows takes the engine less time and memory than gathering texts into arrays and ordering these.
 */
async function* manyAgents(
  connection: StoreConnection,
  period: BoundValues,
  slice: readonly AgentRows[],
  { database, staticServiceId }: AgentStatusDataOptions,
): AsyncGenerator<Buffer> {
  const objects = await connection.text(
    `SELECT concat(
       multiIf(worker_before = '', ${OBJECT_HEAD},
               worker_id = worker_before AND group_id = group_before, ',',
               concat(']},', ${OBJECT_HEAD})),
       ${STATE})
     FROM (
       SELECT ${COLUMNS}, lagInFrame(worker_id) OVER before AS worker_before, lagInFrame(group_id) OVER before AS group_before
       FROM (${served(database, COLUMNS, 'FINAL')})
       WINDOW before AS (ORDER BY ${ANSWER_ORDER} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
     )
     ORDER BY ${ANSWER_ORDER}`,
    { ...period, agents: slice.map(({ agentId }) => agentId), service: staticServiceId },
  );
  if (objects.length === 0) return;
  yield objects;
  yield OBJECT_TAIL;
}

/** An agent with more rows than a piece may have: group by group, and each by stretches of its start times. */
async function* oneLargeAgent(
  connection: StoreConnection,
  period: BoundValues,
  agentId: string,
  options: AgentStatusDataOptions,
): AsyncGenerator<Buffer> {
  const values = { ...period, agents: [agentId], service: options.staticServiceId };
  const groups = await stretches(connection, values, options);
  yield* separated(groups.map((group) => oneLargeGroup(connection, values, group, options)));
}

async function* oneLargeGroup(
  connection: StoreConnection,
  values: BoundValues,
  { groupId, borders }: GroupStretches,
  { database }: AgentStatusDataOptions,
): AsyncGenerator<Buffer> {
  const inGroup = { ...values, group: groupId };
  yield await objectHead(connection, inGroup);
  yield* separated(
    borders.map(async function* (from, index) {
      yield await connection.text(
        `SELECT ${ORDERED_STATES} FROM (${served(database, COLUMNS, 'FINAL')})
         WHERE group_id = {group:String} AND start >= ${boundTime('from')} AND start < ${boundTime('to')}`,
        { ...inGroup, from, to: borders[index + 1] ?? LATEST_MS },
      );
    }),
  );
  yield OBJECT_TAIL;
}

const COLUMNS = 'worker_id, group_id, start, end, state_code, state_name';
const ANSWER_ORDER = 'worker_id, group_id, start, end, state_code';
const OBJECT_TAIL = Buffer.from(']}');
const LATEST_MS = Date.UTC(2299, 11, 31);

function objectHead(connection: StoreConnection, values: BoundValues): Promise<Buffer> {
  return connection.text(
    `SELECT ${OBJECT_HEAD} FROM (SELECT {group:String} AS group_id, {agents:Array(String)}[1] AS worker_id)`,
    values,
  );
}

interface GroupStretches {
  readonly groupId: string;
  /** The start times at which the stretches begin, ascending. */
  readonly borders: readonly number[];
}

async function stretches(
  connection: StoreConnection,
  values: BoundValues,
  { database, rowsPerPiece }: AgentStatusDataOptions,
): Promise<GroupStretches[]> {
  const rows = await connection.rows<[string, string[]]>(
    `SELECT group_id, arraySort(groupArray(start_ms)) FROM (
       SELECT group_id, toUnixTimestamp64Milli(start) AS start_ms,
              row_number() OVER (PARTITION BY group_id ORDER BY start) AS n
       FROM (${served(database, 'group_id, start, end', 'FINAL')})
     ) WHERE (n - 1) % {rows:UInt64} = 0 GROUP BY group_id ORDER BY group_id`,
    { ...values, rows: rowsPerPiece },
  );
  return rows.map(([groupId, borders]) => ({ groupId, borders: [...new Set(borders.map(Number))] }));
}
