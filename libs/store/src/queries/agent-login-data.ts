import { DAY_MS } from '#domain';
import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues } from '../connection/values.js';
import type { PeriodQuery } from './query-store.js';
import { sizeOfAnswer, sizeOfList, sliceByRows } from './agent-slices.js';
import { boundTime, isoTime, joined } from './json-sql.js';
import { separated } from './separated.js';

export interface AgentLoginDataOptions {
  readonly database: string;
  readonly sessionGapMs: number;
  readonly offlineStateCodes: readonly string[];
  readonly rowsPerPiece: number;
}

/** How far around the period to look for the ends of sessions first; then ever wider. */
const FIRST_MARGIN_MS = DAY_MS;
const WIDENING = 6;
/** Beyond this, the search covers everything there is. */
const WIDEST_MARGIN_MS = 1_000 * DAY_MS;
const EARLIEST_MS = Date.UTC(1900, 0, 1);
const LATEST_MS = Date.UTC(2299, 11, 31);

/**
 * The stays of the bound agents in states other than offline ones, as (worker_id, start, until), clipped to the bound
 * window. A stay that is still open lasts until the end of time; an unterminated one counts as its start only.
 */
const stays = (database: string) => `
  SELECT worker_id, start, if(ended_by = 'unknown', start, assumeNotNull(end)) AS until
  FROM ${database}.state_intervals FINAL
  WHERE system_id = {system:String} AND worker_id IN {agents:Array(String)} AND ended_by != 'open'
    AND NOT has({offline:Array(String)}, toString(state_code))
    AND start < ${boundTime('windowEnd')}
    AND (start >= ${boundTime('windowStart')} OR end >= ${boundTime('windowStart')})
  UNION ALL
  SELECT worker_id, assumeNotNull(open_since), ${boundTime('endOfTime')}
  FROM ${database}.timelines FINAL
  WHERE system_id = {system:String} AND worker_id IN {agents:Array(String)} AND open_since IS NOT NULL
    AND NOT has({offline:Array(String)}, toString(open_code)) AND open_since < ${boundTime('windowEnd')}`;

/** Maximal runs of stays in which no gap is longer than the bound one, as (worker_id, login, logout). */
const sessions = (database: string) => `
  SELECT worker_id, min(start) AS login, max(until) AS logout
  FROM (
    SELECT worker_id, start, until,
           sum(start_ms > before_ms + {gap:Int64}) OVER
             (PARTITION BY worker_id ORDER BY start, until ROWS UNBOUNDED PRECEDING) AS run
    FROM (
      SELECT worker_id, start, until, toUnixTimestamp64Milli(start) AS start_ms,
             max(toUnixTimestamp64Milli(until)) OVER
               (PARTITION BY worker_id ORDER BY start, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
               AS before_ms
      FROM (${stays(database)})
    )
  )
  GROUP BY worker_id, run`;

/** Sessions whose login or logout falls within the period. A session that is still running has no logout yet. */
const SERVED = `logout < ${boundTime('endOfTime')} AND (
  login >= ${boundTime('start')} AND login < ${boundTime('end')} OR
  logout > ${boundTime('start')} AND logout <= ${boundTime('end')})`;

/** Streams the answer of `agentLoginData` (spec 3.4), a slice of agents at a time. */
export async function* agentLoginData(
  store: StoreConnection,
  query: PeriodQuery,
  options: AgentLoginDataOptions,
): AsyncGenerator<Buffer> {
  const asked = store.forQuestion(sizeOfList(query.agentIds));
  const { systemId: system, start, end } = query;
  const values = {
    system,
    start,
    end,
    gap: options.sessionGapMs,
    offline: options.offlineStateCodes,
    endOfTime: LATEST_MS,
  };
  const agents = await countStays(asked, { ...values, agents: query.agentIds }, options.database);
  const connection = store.forQuestion(sizeOfAnswer(agents));
  yield* separated(
    sliceByRows(agents, options.rowsPerPiece).map(async function* (slice) {
      const ofSlice = { ...values, agents: slice.map(({ agentId }) => agentId) };
      const window = await windowOfWholeSessions(connection, ofSlice, options);
      yield await connection.text(answer(options.database), { ...ofSlice, ...window });
    }),
  );
}

const LOGIN = `concat('{"loginDate":"', ${isoTime('login')}, '","logoutDate":"', ${isoTime('logout')},
  '","duration":', toString(toUnixTimestamp64Milli(logout) - toUnixTimestamp64Milli(login)), '}')`;

const AGENT = `concat('{"agentId":', toJSONString(worker_id), ',"logins":[', ${joined(LOGIN, 'login', 'logout')}, ']}')`;

const answer = (database: string) => `
  SELECT ${joined('agent', 'worker_id')}
  FROM (SELECT worker_id, ${AGENT} AS agent FROM (${sessions(database)}) WHERE ${SERVED} GROUP BY worker_id)`;

async function countStays(connection: StoreConnection, values: BoundValues, database: string) {
  // A session of no length may lie at the very end of the period.
  const window = {
    windowStart: Number(values['start']) - FIRST_MARGIN_MS,
    windowEnd: Number(values['end']) + 1,
  };
  const rows = await connection.rows<[string, number]>(
    `SELECT worker_id, count() FROM (${stays(database)}) GROUP BY worker_id ORDER BY worker_id`,
    { ...values, ...window },
  );
  return rows.map(([agentId, count]) => ({ agentId, rows: count }));
}

interface Window {
  readonly windowStart: number;
  readonly windowEnd: number;
}

/**
 * A window around the period in which every session that could be served is complete. Stays outside the window end
 * before it or begin after it, so a session that stays more than the gap away from a bound has lost nothing there.
 */
async function windowOfWholeSessions(
  connection: StoreConnection,
  values: BoundValues,
  { database }: AgentLoginDataOptions,
): Promise<Window> {
  let before = FIRST_MARGIN_MS;
  let after = FIRST_MARGIN_MS;
  for (;;) {
    const window = {
      windowStart: before > WIDEST_MARGIN_MS ? EARLIEST_MS : Number(values['start']) - before,
      windowEnd: after > WIDEST_MARGIN_MS ? LATEST_MS : Number(values['end']) + after,
    };
    const { cutBefore, cutAfter } = await cutSessions(connection, { ...values, ...window }, database);
    if (!cutBefore && !cutAfter) return window;
    if (cutBefore) before *= WIDENING;
    if (cutAfter) after *= WIDENING;
  }
}

/** Whether any session that touches the period may reach beyond the window. */
async function cutSessions(connection: StoreConnection, values: BoundValues, database: string) {
  const [row] = await connection.rows<[number, number]>(
    `SELECT
       countIf(toUnixTimestamp64Milli(login) - {gap:Int64} <= {windowStart:Int64} AND {windowStart:Int64} > {earliest:Int64}),
       countIf(toUnixTimestamp64Milli(logout) + {gap:Int64} >= {windowEnd:Int64} AND {windowEnd:Int64} < {endOfTime:Int64})
     FROM (${sessions(database)})
     WHERE login <= ${boundTime('end')} AND logout >= ${boundTime('start')} AND logout < ${boundTime('endOfTime')}`,
    { ...values, earliest: EARLIEST_MS },
  );
  return { cutBefore: row![0] > 0, cutAfter: row![1] > 0 };
}
