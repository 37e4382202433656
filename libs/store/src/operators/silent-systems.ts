import type { StoreConnection } from '../connection/connection.js';
import { ACTIVITY_SLOT_MS } from '../projection/receipt-rows.js';
import { SILENT_AFTER_MS, WEEKS_HEARD, WEEKS_LOOKED_BACK } from './systems-store.js';

const WEEKS = Array.from({ length: WEEKS_LOOKED_BACK + 1 }, (_, week) => week);

/** Whether a slot is in the last minutes before now (week 0), or before the same local time of an earlier week. */
const ofWeek = (week: number) =>
  `(slot >= toDateTime({from${week}:UInt32}, 'UTC') AND slot <= toDateTime({to${week}:UInt32}, 'UTC'))`;

/**
 * SQL for the ids of silent systems: those that sent nothing in the last quarter of an hour but did in the same quarter
 * of an hour of several of the last weeks.
 */
export const silentSystemIds = (database: string) => `
  SELECT system_id FROM (
    SELECT system_id, multiIf(${WEEKS.map((week) => `${ofWeek(week)}, ${week}`).join(', ')}, NULL) AS week
    FROM ${database}.system_activity WHERE ${WEEKS.map(ofWeek).join(' OR ')}
  )
  GROUP BY system_id
  HAVING countIf(week = 0) = 0 AND uniqExactIf(week, week > 0) >= ${WEEKS_HEARD}`;

/** The values that {@link silentSystemIds} binds. Weeks follow the site's clock across its changes. */
export async function silenceWindows(
  connection: StoreConnection,
  now: number,
  timeZone: string,
): Promise<Record<string, number>> {
  const [row] = await connection.rows<[readonly string[]]>(
    `SELECT arrayMap(week -> toString(toUnixTimestamp(subtractWeeks(toDateTime({now:UInt32}, {zone:String}), week))),
       [${WEEKS.join(', ')}])`,
    { now: Math.floor(now / 1000), zone: timeZone },
  );
  const [slotSeconds, silentAfterSeconds] = [ACTIVITY_SLOT_MS / 1000, SILENT_AFTER_MS / 1000];
  const windows: Record<string, number> = {};
  for (const [week, end] of row![0].map(Number).entries()) {
    windows[`to${week}`] = end;
    windows[`from${week}`] = Math.floor((end - silentAfterSeconds) / slotSeconds) * slotSeconds;
  }
  return windows;
}
