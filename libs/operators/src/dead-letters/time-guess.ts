import { DAY_MS, HOUR_MS } from '#domain';

/** Zones are this far from UTC at most. */
const WIDEST_OFFSET_HOURS = 14;
/** A time that is a whole number of hours off to within this much looks like a wrong zone. */
const ZONE_TOLERANCE_MS = 5 * 60_000;
/** A time that, read in another unit, lies this near to its receipt is taken to be of that unit. */
const NEAR_MS = 400 * DAY_MS;

/** Units that are mistaken for seconds or milliseconds, in milliseconds. */
const OTHER_UNITS = [
  ['microseconds', 1e-3],
  ['nanoseconds', 1e-6],
  ['minutes', 60_000],
  ['days', DAY_MS],
] as const;

/**
 * What may have gone wrong with a time that is far from when it came, if it looks like something.
 *
 * @param given the number as it was sent; `time` and `receivedAt` in milliseconds since the Unix epoch.
 */
export function guessAboutTime(given: number, time: number, receivedAt: number): string | undefined {
  const unit = OTHER_UNITS.find(([, ms]) => Math.abs(given * ms - receivedAt) < NEAR_MS)?.[0];
  if (unit !== undefined) return `Read as ${unit}, it would be near to when it came: is it in ${unit}?`;
  const off = time - receivedAt;
  const hours = Math.round(off / HOUR_MS);
  const isWholeHours = Math.abs(off - hours * HOUR_MS) <= ZONE_TOLERANCE_MS;
  if (hours === 0 || Math.abs(hours) > WIDEST_OFFSET_HOURS || !isWholeHours) return undefined;
  return `It is off by ${Math.abs(hours)} h, nearly to the minute: does the sender take its local time for UTC?`;
}
