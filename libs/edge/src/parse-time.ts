import { epochMs } from './time.js';

const DATE =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:Z|([+\- ])(\d{2})(?::?(\d{2}))?)$/i;

/**
 * Milliseconds since the Unix epoch. A space counts as a plus sign: that is what an unencoded plus in a URL becomes.
 */
export function parseDate(text: string): number | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const ms = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  const date = new Date(0);
  date.setUTCFullYear(year!, month! - 1, day!);
  date.setUTCHours(hour!, minute!, second!, ms);
  const asGiven = [year, month! - 1, day, hour, minute, second];
  if (asGiven.some((part, index) => part !== partsOf(date)[index])) return undefined;
  const offset = offsetMs(match[8], match[9], match[10]);
  return offset === undefined ? undefined : date.getTime() - offset;
}

/** The parts after normalization: they differ from the given ones if that day or time does not exist. */
function partsOf(date: Date): number[] {
  return [
    date.getUTCFullYear(),
    date.getUTCMonth(),
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
}

function offsetMs(sign: string | undefined, hours = '0', minutes = '0'): number | undefined {
  if (sign === undefined) return 0;
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined;
  const size = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -size : size;
}

/**
 * Milliseconds since the Unix epoch.
 *
 * @param text an ISO 8601 date with an offset or `Z`, or an integer of seconds or milliseconds as {@link epochMs} reads
 * it.
 * @returns `undefined` if it is neither.
 */
export function parseTime(text: string): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return parseDate(text);
  return epochMs(Number(text));
}

/** The description of errors about times. */
export const EXPECTED_TIME =
  'Send an ISO 8601 date and time with an offset or Z, such as 2020-01-01T00:00:00Z, or seconds since the Unix epoch.';
