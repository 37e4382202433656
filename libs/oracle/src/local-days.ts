/*
 * Days of a time zone, as slowly and simply as possible: minute by minute, by the date that a wall clock would show.
 * Must stay independent of the service's own calendar.
 */

/** One day of a time zone: `[start, end)` in milliseconds since the Unix epoch, and its date like 2020-01-31. */
export interface LocalDay {
  readonly date: string;
  readonly start: number;
  readonly end: number;
}

const MINUTE = 60_000;

/** Longer than any day, even one on which clocks are set back. */
const TWO_DAYS = 48 * 60 * MINUTE;

/** All days, whole and in order, that overlap the period from `from` to `to`, both included. */
export function localDays(from: number, to: number, timeZone: string): LocalDay[] {
  if (from > to) return [];
  const dateAt = wallDate(timeZone);
  const midnights: number[] = [];
  const first = Math.floor(from / MINUTE) * MINUTE - TWO_DAYS;
  let dateBefore = dateAt(first);
  for (let minute = first; minute <= to + TWO_DAYS; minute += MINUTE) {
    const date = dateAt(minute);
    if (date !== dateBefore) midnights.push(minute);
    dateBefore = date;
  }
  return midnights
    .slice(0, -1)
    .map((start, index) => ({ date: dateAt(start), start, end: midnights[index + 1]! }))
    .filter(({ start, end }) => start <= to && end > from);
}

/** The day that an instant belongs to. */
export function dayOf(instant: number, days: readonly LocalDay[]): LocalDay {
  const day = days.find(({ start, end }) => start <= instant && instant < end);
  if (day === undefined) throw new RangeError(`${new Date(instant).toISOString()} is in none of the days`);
  return day;
}

function wallDate(timeZone: string): (instant: number) => string {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (instant) => {
    const [month, day, year] = format.format(instant).split('/');
    return `${year}-${month}-${day}`;
  };
}
