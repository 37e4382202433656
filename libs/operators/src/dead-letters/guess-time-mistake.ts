import { DAY_MS, HOUR_MS } from '#edge';

/** No time zone is further from UTC. */
const WIDEST_OFFSET_HOURS = 14;
/** A time that is off by a whole number of hours, give or take this much, suggests a wrong time zone. */
const ZONE_TOLERANCE_MS = 5 * 60_000;
/** If a time in another unit would be this close to its receipt, that unit was probably meant. */
const NEAR_MS = 400 * DAY_MS;

/** Units that senders mistake for seconds or milliseconds, in milliseconds. */
const OTHER_UNITS = [
  ['microseconds', 1e-3],
  ['nanoseconds', 1e-6],
  ['minutes', 60_000],
  ['days', DAY_MS],
] as const;

/**
 * Guesses the mistake behind a time that is far from its receipt.
 *
 * @param given the number as sent; `time` and `receivedAt` in milliseconds since the Unix epoch.
 */
export function guessTimeMistake(given: number, time: number, receivedAt: number): string | undefined {
  const unit = OTHER_UNITS.find(([, ms]) => Math.abs(given * ms - receivedAt) < NEAR_MS)?.[0];
  if (unit !== undefined) return `In ${unit}, it would be close to the time of receipt: is it in ${unit}?`;
  const off = time - receivedAt;
  const hours = Math.round(off / HOUR_MS);
  const isWholeHours = Math.abs(off - hours * HOUR_MS) <= ZONE_TOLERANCE_MS;
  if (hours === 0 || Math.abs(hours) > WIDEST_OFFSET_HOURS || !isWholeHours) return undefined;
  return `It is off by almost exactly ${Math.abs(hours)} h: does the sender send its local time as UTC?`;
}
