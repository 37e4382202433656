import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues } from '../connection/values.js';
import type { PeriodQuery } from './query-store.js';
import { sizeOfAnswer, sizeOfList, sliceByRows, type AgentRows } from './agent-slices.js';
import {
  directoryInForce,
  groupsOfAgents,
  NO_DIRECTORY,
  SERVICE,
  servicesOfGroups,
} from './directory-sql.js';
import { boundTime, isoTime, joined } from './json-sql.js';
import { separated } from './separated.js';

/** What the answer needs besides the rows of the store. */
export interface AgentStatusDataOptions {
  readonly database: string;
  readonly staticServiceId: string;
  readonly rowsPerPiece: number;
}

/**
 * Intervals of the bound agents with a known end whose start or end falls within the bound period: those that start in
 * it, those that began earlier and end in it, and those of no length at its very end.
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

/**
 * The rows as in the answer: those without a group once for each group of their agent, and each with the service of its
 * group. Without a directory the engine can skip both.
 */
function answered(rows: string, database: string, directory: number): string {
  if (directory === NO_DIRECTORY) return rows;
  return `SELECT ${COLUMNS}, ${SERVICE} AS service
    FROM (
      SELECT worker_id, arrayJoin(if(own_group = '' AND notEmpty(agent_groups), agent_groups, [own_group])) AS group_id,
             start, end, state_code, state_name
      FROM (SELECT * EXCEPT group_id, group_id AS own_group FROM (${rows})) AS states
      LEFT JOIN (
        SELECT worker_id, groupArray(group_id) AS agent_groups
        FROM (${groupsOfAgents(database, 'worker_id IN {agents:Array(String)}')}) GROUP BY worker_id
      ) AS processing USING worker_id
    ) AS states_of_groups
    LEFT JOIN (${servicesOfGroups(database)}) AS services USING group_id`;
}

/** The source of a row's service. Without a directory it is the same for all rows and not a column. */
function serviceColumn(directory: number): string {
  return directory === NO_DIRECTORY ? '{service:String}' : 'service';
}

/** Streams the answer of `agentStatusData` (spec 3.3): the engine shapes the objects, a slice of agents at a time. */
export async function* agentStatusData(
  store: StoreConnection,
  query: PeriodQuery,
  options: AgentStatusDataOptions,
): AsyncGenerator<Buffer> {
  const asked = store.forQuestion(sizeOfList(query.agentIds));
  const directory = await directoryInForce(asked, options.database, query.systemId);
  const { systemId: system, start, end } = query;
  const period = { system, start, end, directory, service: options.staticServiceId };
  const agents = await countRows(asked, { ...period, agents: query.agentIds }, options.database);
  const connection = store.forQuestion(sizeOfAnswer(agents));
  const slices = sliceByRows(agents, options.rowsPerPiece);
  yield* separated(
    slices.map((slice) =>
      slice[0]!.rows > options.rowsPerPiece
        ? oneLargeAgent(connection, period, slice[0]!.agentId, options)
        : manyAgents(connection, period, slice, options),
    ),
  );
}

interface PeriodValues extends BoundValues {
  readonly directory: number;
}

interface AgentValues extends PeriodValues {
  readonly agents: readonly string[];
}

/** Rows that were replaced but not merged yet count too: this only sizes slices. */
async function countRows(
  connection: StoreConnection,
  values: PeriodValues & BoundValues,
  database: string,
): Promise<AgentRows[]> {
  const rows =
    values.directory === NO_DIRECTORY
      ? served(database, 'worker_id', '')
      : answered(served(database, COLUMNS, ''), database, values.directory);
  const counted = await connection.rows<[string, number]>(
    `SELECT worker_id, count() FROM (${rows}) GROUP BY worker_id ORDER BY worker_id`,
    values,
  );
  return counted.map(([agentId, count]) => ({ agentId, rows: count }));
}

const STATE = `concat('{"startDate":"', ${isoTime('start')}, '","endDate":"', ${isoTime('assumeNotNull(end)')},
  '","stateCode":', toJSONString(toString(state_code)), ',"stateName":', toJSONString(toString(state_name)), '}')`;

const ORDERED_STATES = joined(STATE, 'start', 'end', 'toString(state_code)', 'toString(state_name)');

/** Where the object of an agent's group begins, up to its list of states. */
const objectHead = (service: string) => `concat('{',
  if(group_id = '', '', concat('"serviceId":', toJSONString(${service}), ',"groupId":', toJSONString(group_id), ',')),
  '"agentId":', toJSONString(worker_id), ',"states":[')`;

/**
 * The objects of some agents, row by row: each row is its state, preceded by the text between it and the row before.
 * Ordering rows takes the engine less time and memory than gathering texts into arrays and ordering these.
 */
async function* manyAgents(
  connection: StoreConnection,
  period: PeriodValues,
  slice: readonly AgentRows[],
  { database }: AgentStatusDataOptions,
): AsyncGenerator<Buffer> {
  const head = objectHead(serviceColumn(period.directory));
  const objects = await connection.text(
    `SELECT concat(
       multiIf(worker_before = '', ${head},
               worker_id = worker_before AND group_id = group_before, ',',
               concat(']},', ${head})),
       ${STATE})
     FROM (
       SELECT *, lagInFrame(worker_id) OVER before AS worker_before, lagInFrame(group_id) OVER before AS group_before
       FROM (${answered(served(database, COLUMNS, 'FINAL'), database, period.directory)})
       WINDOW before AS (ORDER BY ${ANSWER_ORDER} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
     )
     ORDER BY ${ANSWER_ORDER}`,
    { ...period, agents: slice.map(({ agentId }) => agentId) },
  );
  if (objects.length === 0) return;
  yield objects;
  yield OBJECT_TAIL;
}

/** An agent with more rows than a piece may have: group by group, and each by ranges of start times. */
async function* oneLargeAgent(
  connection: StoreConnection,
  period: PeriodValues,
  agentId: string,
  options: AgentStatusDataOptions,
): AsyncGenerator<Buffer> {
  const values = { ...period, agents: [agentId] };
  const groups = await stretches(connection, values, options);
  yield* separated(groups.map((group) => oneLargeGroup(connection, values, group, options)));
}

async function* oneLargeGroup(
  connection: StoreConnection,
  values: AgentValues,
  { groupId, service, borders }: GroupStretches,
  { database }: AgentStatusDataOptions,
): AsyncGenerator<Buffer> {
  const inGroup = { ...values, group: groupId };
  yield await headOfGroup(connection, { ...inGroup, service });
  yield* separated(
    borders.map(async function* (from, index) {
      yield await connection.text(
        `SELECT ${ORDERED_STATES} FROM (${answered(served(database, COLUMNS, 'FINAL'), database, values.directory)})
         WHERE group_id = {group:String} AND start >= ${boundTime('from')} AND start < ${boundTime('to')}`,
        { ...inGroup, from, to: borders[index + 1] ?? LATEST_MS },
      );
    }),
  );
  yield OBJECT_TAIL;
}

const COLUMNS = 'worker_id, group_id, start, end, state_code, state_name';
const ANSWER_ORDER = 'worker_id, group_id, start, end, state_code, state_name';
const OBJECT_TAIL = Buffer.from(']}');
const LATEST_MS = Date.UTC(2299, 11, 31);

function headOfGroup(connection: StoreConnection, values: BoundValues): Promise<Buffer> {
  return connection.text(
    `SELECT ${objectHead('service')} FROM (SELECT {group:String} AS group_id, {agents:Array(String)}[1] AS worker_id, {service:String} AS service)`,
    values,
  );
}

interface GroupStretches {
  readonly groupId: string;
  readonly service: string;
  /** The start times at which the ranges begin, ascending. */
  readonly borders: readonly number[];
}

async function stretches(
  connection: StoreConnection,
  values: AgentValues,
  { database, rowsPerPiece }: AgentStatusDataOptions,
): Promise<GroupStretches[]> {
  const rows = await connection.rows<[string, string, string[]]>(
    `SELECT group_id, service, arraySort(groupArray(start_ms)) FROM (
       SELECT group_id, ${serviceColumn(values.directory)} AS service, toUnixTimestamp64Milli(start) AS start_ms,
              row_number() OVER (PARTITION BY group_id ORDER BY start) AS n
       FROM (${answered(served(database, COLUMNS, 'FINAL'), database, values.directory)})
     ) WHERE (n - 1) % {rows:UInt64} = 0 GROUP BY group_id, service ORDER BY group_id`,
    { ...values, rows: rowsPerPiece },
  );
  return rows.map(([groupId, service, borders]) => ({
    groupId,
    service,
    borders: [...new Set(borders.map(Number))],
  }));
}
