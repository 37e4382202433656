import { localDays } from '#domain';
import { NOT_ENDED_MS } from '../projection/clickhouse-contact-store.js';
import type { StoreConnection } from '../connection/connection.js';
import type { BoundValues } from '../connection/values.js';
import type { PeriodQuery } from './query-store.js';
import { sizeOfAnswer, sizeOfList, sliceByRows } from './agent-slices.js';
import { boundTime, joined } from './json-sql.js';
import { separated } from './separated.js';

export interface AgentChatsWorkTimeOptions {
  readonly database: string;
  readonly timeZone: string;
  readonly rowsPerPiece: number;
}

/** Answered chats of the bound agents, clipped to the bound period, as (worker_id, from, until) in milliseconds. */
const chats = (database: string) => `
  SELECT worker_id, greatest(toUnixTimestamp64Milli(answered), {start:Int64}) AS from,
         least(if(ended = ${boundTime('notEnded')}, {now:Int64}, toUnixTimestamp64Milli(ended)), {end:Int64}) AS until
  FROM ${database}.answered_legs FINAL
  WHERE system_id = {system:String} AND worker_id IN {agents:Array(String)} AND channel_type IN ('', 'CHATS')
    AND outcome != 'unended' AND answered < ${boundTime('end')} AND ended > ${boundTime('start')} AND from < until`;

/** The union of each agent's chats, as ranges without a gap. */
const stretches = (database: string) => `
  SELECT worker_id, min(from) AS from, max(until) AS until
  FROM (
    SELECT worker_id, from, until,
           sum(from > before) OVER (PARTITION BY worker_id ORDER BY from, until ROWS UNBOUNDED PRECEDING) AS stretch
    FROM (
      SELECT worker_id, from, until, max(until) OVER
        (PARTITION BY worker_id ORDER BY from, until ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
      FROM (${chats(database)})
    )
  )
  GROUP BY worker_id, stretch`;

const WORK_DAY = `concat('{"agentId":', toJSONString(worker_id), ',"workDate":"', date, '","workTime":',
  toString(work_ms), '}')`;

/** Streams the answer of `agentChatsWorkTime` (spec 3.6), a slice of agents at a time. */
export async function* agentChatsWorkTime(
  store: StoreConnection,
  query: PeriodQuery & { readonly now: number },
  { database, timeZone, rowsPerPiece }: AgentChatsWorkTimeOptions,
): AsyncGenerator<Buffer> {
  const asked = store.forQuestion(sizeOfList(query.agentIds));
  const days = [...localDays(query.start, query.end, timeZone)];
  const values = {
    system: query.systemId,
    start: query.start,
    end: query.end,
    now: query.now,
    notEnded: NOT_ENDED_MS,
    dates: days.map(({ date }) => date),
    dayStarts: days.map(({ start }) => start),
    dayEnds: days.map(({ end }) => end),
  };
  const agents = await countChats(asked, { ...values, agents: query.agentIds }, database);
  const connection = store.forQuestion(sizeOfAnswer(agents));
  yield* separated(
    sliceByRows(agents, rowsPerPiece).map(async function* (slice) {
      yield await connection.text(
        `SELECT ${joined(WORK_DAY, 'worker_id', 'date')}
         FROM (
           SELECT worker_id, day.1 AS date, sum(least(until, day.3) - greatest(from, day.2)) AS work_ms
           FROM (
             SELECT worker_id, from, until, arrayJoin(arrayFilter(d -> d.2 < until AND d.3 > from,
               arrayZip({dates:Array(String)}, {dayStarts:Array(Int64)}, {dayEnds:Array(Int64)}))) AS day
             FROM (${stretches(database)})
           )
           GROUP BY worker_id, date
         )`,
        { ...values, agents: slice.map(({ agentId }) => agentId) },
      );
    }),
  );
}

async function countChats(connection: StoreConnection, values: BoundValues, database: string) {
  const rows = await connection.rows<[string, number]>(
    `SELECT worker_id, count() FROM (${chats(database)}) GROUP BY worker_id ORDER BY worker_id`,
    values,
  );
  return rows.map(([agentId, count]) => ({ agentId, rows: count }));
}
