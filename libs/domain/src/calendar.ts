import { DAY_MS } from './time.js';

/** A day of a time zone, as the half-open span of its instants, in milliseconds since the Unix epoch. */
export interface LocalDay {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly start: number;
  /** The start of the next day. 23, 24 or 25 hours after `start`, as a rule. */
  readonly end: number;
}

/**
 * The start of the day that an instant belongs to: the first instant whose local date is that day's or later. That is
 * midnight, or the end of the gap if the clocks skip midnight. If the clocks are set back across midnight, the day
 * begins at the first of the two midnights. So days cover time without gaps or overlaps, and a day that a zone skips
 * does not exist.
 *
 * @param at milliseconds since the Unix epoch.
 * @param timeZone an IANA name.
 * @throws RangeError if there is no such zone.
 */
export function startOfDay(at: number, timeZone: string): number {
  const zone = zoneOf(timeZone);
  return zone.startOf(zone.dayNumberOf(at));
}

/** The start of the day after the one that an instant belongs to. */
export function nextDay(at: number, timeZone: string): number {
  const zone = zoneOf(timeZone);
  return zone.startAfter(zone.dayNumberOf(at));
}

/** The date, `YYYY-MM-DD`, of the day that an instant belongs to. */
export function dayOf(at: number, timeZone: string): string {
  return dateOf(zoneOf(timeZone).dayNumberOf(at));
}

/** All days that overlap `[start, end)`, whole and in order. */
export function* localDays(start: number, end: number, timeZone: string): Generator<LocalDay> {
  const zone = zoneOf(timeZone);
  let at = start;
  while (at < end) {
    const number = zone.dayNumberOf(at);
    const dayEnd = zone.startAfter(number);
    yield { date: dateOf(number), start: zone.startOf(number), end: dayEnd };
    at = dayEnd;
  }
}

/** Enough for several decades. */
const MAX_CACHED_DAYS = 20_000;

/** The days of one zone, numbered by their date: day 0 is 1970-01-01. */
class Zone {
  private readonly clock: Intl.DateTimeFormat;
  private readonly starts = new Map<number, number>();

  constructor(timeZone: string) {
    this.clock = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
  }

  dayNumberOf(at: number): number {
    let number = Math.floor(at / DAY_MS);
    while (this.startOf(number) > at) number--;
    while (this.startOf(number + 1) <= at) number++;
    return number;
  }

  startOf(dayNumber: number): number {
    let start = this.starts.get(dayNumber);
    if (start === undefined) {
      start = this.findStart(dayNumber);
      if (this.starts.size >= MAX_CACHED_DAYS) this.starts.clear();
      this.starts.set(dayNumber, start);
    }
    return start;
  }

  /** The start of the next existing day: a zone that crosses the date line skips one. */
  startAfter(dayNumber: number): number {
    const start = this.startOf(dayNumber);
    let next = dayNumber + 1;
    while (this.startOf(next) <= start) next++;
    return this.startOf(next);
  }

  /** Walks from the previous day, from one clock change to the next, until the clocks show the day. */
  private findStart(dayNumber: number): number {
    const midnight = dayNumber * DAY_MS;
    let at = midnight - DAY_MS;
    for (;;) {
      const offset = this.offsetAt(at);
      if (at + offset >= midnight) return at;
      const unlessChanged = midnight - offset;
      if (this.offsetAt(unlessChanged) === offset) return unlessChanged;
      at = this.changeBetween(at, unlessChanged, offset);
    }
  }

  /** The instant, after `before` and not after `after`, at which the offset stops being `offset`. */
  private changeBetween(before: number, after: number, offset: number): number {
    while (after - before > 1_000) {
      const middle = before + Math.floor((after - before) / 2_000) * 1_000;
      if (this.offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    return after;
  }

  /** The zone's offset from UTC at an instant, in milliseconds. */
  private offsetAt(at: number): number {
    const [month, day, year, hour, minute, second] = this.clock.format(at).match(/\d+/g)!.map(Number);
    return Date.UTC(year!, month! - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000;
  }
}

const zones = new Map<string, Zone>();

function zoneOf(timeZone: string): Zone {
  let zone = zones.get(timeZone);
  if (zone === undefined) {
    zone = new Zone(timeZone);
    zones.set(timeZone, zone);
  }
  return zone;
}

function dateOf(dayNumber: number): string {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
}
