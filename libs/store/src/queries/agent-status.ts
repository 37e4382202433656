import type { StoreConnection } from '../connection/connection.js';
import { boundTime, isoTime, joined } from './json-sql.js';
import { separated } from './separated.js';

export interface AgentStatusOptions {
  readonly database: string;
  readonly stateMaxAgeMs: number;
  readonly offlineStateCodes: readonly string[];
  readonly rowsPerPiece: number;
}

/**
 * For each agent the open state with the latest start. If several timelines share that start, the one without a group
 * counts, else that of the smallest group, so that the answer is the same each time.
 */
export const latestOpen = (database: string, where: string) => `
  SELECT system_id, worker_id, state.1 AS state_code, state.2 AS state_name, state.3 AS start
  FROM (
    SELECT system_id, worker_id, argMin(
             (toString(open_code), toString(open_name), assumeNotNull(open_since)),
             (-toUnixTimestamp64Milli(assumeNotNull(open_since)), group_id)) AS state
    FROM ${database}.timelines FINAL
    WHERE open_since IS NOT NULL AND ${where}
    GROUP BY system_id, worker_id
  )
  WHERE start >= ${boundTime('oldest')} AND NOT has({offline:Array(String)}, state_code)`;

const AGENT = `concat('{"agentId":', toJSONString(worker_id), ',"stateCode":', toJSONString(state_code),
  ',"stateName":', toJSONString(state_name), ',"startDate":"', ${isoTime('start')}, '"}')`;

/** Streams the answer of `agentStatus` (spec 4.2), a range of agents at a time. */
export async function* agentStatus(
  connection: StoreConnection,
  { systemId, now }: { systemId: string; now: number },
  { database, ...options }: AgentStatusOptions,
): AsyncGenerator<Buffer> {
  const values = {
    system: systemId,
    oldest: now - options.stateMaxAgeMs,
    offline: options.offlineStateCodes,
  };
  const borders = await agentBorders(connection, systemId, database, options.rowsPerPiece);
  yield* separated(
    borders.map(async function* (from, index) {
      const to = borders[index + 1];
      const stretch = `worker_id >= {from:String}${to === undefined ? '' : ' AND worker_id < {to:String}'}`;
      yield await connection.text(
        `SELECT ${joined(AGENT, 'worker_id')}
         FROM (${latestOpen(database, `system_id = {system:String} AND ${stretch}`)})`,
        { ...values, from, ...(to === undefined ? {} : { to }) },
      );
    }),
  );
}

/** How many agents `agentStatus` would list, over all systems. */
export async function countActiveAgents(
  connection: StoreConnection,
  now: number,
  { database, stateMaxAgeMs, offlineStateCodes }: AgentStatusOptions,
): Promise<number> {
  const [row] = await connection.rows<[number]>(`SELECT count() FROM (${latestOpen(database, '1')})`, {
    oldest: now - stateMaxAgeMs,
    offline: offlineStateCodes,
  });
  return row![0];
}

/** The agents at which the pieces of the answer begin. */
async function agentBorders(
  connection: StoreConnection,
  systemId: string,
  database: string,
  rowsPerPiece: number,
): Promise<string[]> {
  const values = { system: systemId, rows: rowsPerPiece };
  const [total] = await connection.rows<[number]>(
    `SELECT count() FROM ${database}.timelines WHERE system_id = {system:String}`,
    values,
  );
  if (total![0] <= rowsPerPiece) return [''];
  const rows = await connection.rows<[string]>(
    `SELECT worker_id FROM (
       SELECT worker_id, row_number() OVER (ORDER BY worker_id) AS n
       FROM (SELECT DISTINCT worker_id FROM ${database}.timelines WHERE system_id = {system:String})
     ) WHERE n % {rows:UInt64} = 0 ORDER BY worker_id`,
    values,
  );
  return ['', ...rows.map(([worker]) => worker)];
}
