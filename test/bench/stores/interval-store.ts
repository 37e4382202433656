import { SYSTEM } from '../load/event-stream.js';
import { DATABASE, DAY_SECONDS, daysAgo, makeStore } from './made-store.js';
import type { Owned } from '../owned.js';
import { isoSecond } from '../measuring/probes.js';
import type { Statement } from '../processes/store-only.js';
import { progress } from '../progress.js';
import { agentIds } from '../load/status-stream.js';

export const QUERIED_AGENTS = 1_000;
/** Consecutive intervals of an agent in a day. */
export const PER_DAY = 480;

/** A store full of intervals, in a directory that only one process at a time can use. */
export interface IntervalStore {
  readonly dataDirectory: string;
  readonly intervals: number;
  readonly days: number;
  /** Midnight of the first day, in seconds since the Unix epoch. */
  readonly firstSecond: number;
}

/** Generates the intervals inside the store, in the service's schema. */
export async function makeIntervalStore(owned: Owned, wanted: number): Promise<IntervalStore> {
  const days = Math.ceil(wanted / QUERIED_AGENTS / PER_DAY);
  const firstSecond = daysAgo(days + 1);
  progress(`making ${QUERIED_AGENTS} agents × ${days} days × ${PER_DAY} intervals`);
  const statements = Array.from({ length: days }, (_, day) =>
    dayOfIntervals(firstSecond + day * DAY_SECONDS),
  );
  const { dataDirectory, rows } = await makeStore(owned, 'state_intervals', statements);
  return { dataDirectory, intervals: rows, days, firstSecond };
}

function dayOfIntervals(midnight: number): Statement {
  return {
    query: `INSERT INTO ${DATABASE}.state_intervals
         (system_id, worker_id, group_id, start, end, state_code, state_name, ended_by, version)
       SELECT {system:String}, concat('A', leftPad(toString(intDiv(number, {perDay:UInt64})), 6, '0')), '',
              fromUnixTimestamp64Milli(1000 * ({midnight:Int64} + toInt64(number % {perDay:UInt64}) * {stay:Int64}), 'UTC') AS s,
              s + toIntervalSecond({stay:Int64}), concat('S', toString(number % 8)),
              concat('State number ', toString(number % 8)), 'exit', number
       FROM numbers({rows:UInt64})`,
    values: {
      system: SYSTEM,
      perDay: PER_DAY,
      stay: Math.floor(DAY_SECONDS / PER_DAY),
      midnight,
      rows: QUERIED_AGENTS * PER_DAY,
    },
  };
}

/** Selects the intervals of an answer by the rules of the spec: see `docs/semantics.md` 3. */
export function selectOfIntervals(
  agents: number,
  { start, end }: { start: number; end: number },
  ordered: boolean,
): Statement {
  const from = `SELECT worker_id AS agentId, group_id AS groupId, start AS startDate, end AS endDate,
      state_code AS stateCode, state_name AS stateName
    FROM ${DATABASE}.state_intervals FINAL WHERE system_id = {system:String} AND worker_id IN {agents:Array(String)}`;
  const time = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  return {
    query: `SELECT * FROM (
    ${from} AND start >= ${time('start')} AND start < ${time('end')} AND end IS NOT NULL
    UNION ALL
    ${from} AND start < ${time('start')} AND end > ${time('start')} AND end <= ${time('end')})
    ${ordered ? 'ORDER BY agentId, groupId, startDate, endDate, stateCode' : ''}`,
    values: { system: SYSTEM, agents: agentIds(agents), start: start * 1000, end: end * 1000 },
  };
}

/** A period of whole days from the middle of the store, in seconds since the Unix epoch. */
export function daysOf(store: IntervalStore, days: number): { start: number; end: number } {
  const start = store.firstSecond + Math.floor((store.days - days) / 2) * DAY_SECONDS;
  return { start, end: start + days * DAY_SECONDS };
}

export function agentStatusDataUrl(
  serviceUrl: string,
  agents: number,
  { start, end }: { start: number; end: number },
): string {
  return (
    `${serviceUrl}/systems/${SYSTEM}/historic/agentStatusData?startDate=${isoSecond(start)}` +
    `&endDate=${isoSecond(end)}&agentId=${agentIds(agents).join(',')}`
  );
}
