import { DAY_MS } from '#domain';
import { badRequest, EXPECTED_TIME, parseTime } from '#edge';

/** The parameters of a request as they came in the URL: one that is given several times is an array. */
export type OpsQuery = Readonly<Record<string, string | string[] | undefined>>;

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 200;
/** The longest filter by text, in UTF-16 units: an id has 256 characters at most. */
export const MAX_FILTER_LENGTH = 512;

/** The borders of the times that the store can hold; what lies beyond is as if it were there. */
const EARLIEST_MS = Date.UTC(1970, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);

/** @throws ApiError 400 if the parameter is given twice, is too long or cannot be a text. */
export function readText(query: OpsQuery, name: string): string | undefined {
  const given = query[name];
  if (given === undefined || given === '') return undefined;
  if (Array.isArray(given)) throw badRequest(name, `${name} is given more than once`, `Send ${name} once.`);
  if (given.length > MAX_FILTER_LENGTH) {
    throw badRequest(name, `${name} is too long`, `Send at most ${MAX_FILTER_LENGTH} characters.`);
  }
  if (/[\p{Cs}\p{Cc}]/u.test(given)) {
    throw badRequest(name, `${name} has control characters`, 'No id or code has any.');
  }
  return given;
}

/** @throws ApiError 400 if there is none. */
export function requireText(query: OpsQuery, name: string): string {
  const text = readText(query, name);
  if (text === undefined) throw badRequest(name, `${name} is missing`, `Say which: ${name}=…`);
  return text;
}

/** @throws ApiError 400 unless it is one of the known values. */
export function readOneOf<Value extends string>(
  query: OpsQuery,
  name: string,
  known: readonly Value[],
): Value | undefined {
  const given = readText(query, name);
  const value = known.find((each) => each === given);
  if (given === undefined || value !== undefined) return value;
  throw badRequest(name, `${name} is not one of those known`, `Send one of ${known.join(', ')}.`);
}

/** Milliseconds since the Unix epoch. @throws ApiError 400 unless it is a time. */
export function readTime(query: OpsQuery, name: string): number | undefined {
  const given = readText(query, name)?.trim();
  if (given === undefined) return undefined;
  const ms = parseTime(given);
  if (ms === undefined) throw badRequest(name, `${name} is not a time`, EXPECTED_TIME);
  return Math.min(Math.max(ms, EARLIEST_MS), LATEST_MS);
}

/** A stretch of time, open where it is `undefined`. */
export interface Stretch {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** @throws ApiError 400 if it ends before it begins. */
export function readStretch(query: OpsQuery): Stretch {
  const from = readTime(query, 'from');
  const to = readTime(query, 'to');
  if (from !== undefined && to !== undefined && to <= from) {
    throw badRequest('to', 'to is not after from', 'Ask for a time that ends after it begins.');
  }
  return { from, to };
}

/** The longest period of one look at an agent. */
export const MAX_TIMELINE_DAYS = 31;

/** @throws ApiError 400 unless it is whole, ends after it begins and is not longer than {@link MAX_TIMELINE_DAYS}. */
export function readTimelinePeriod(query: OpsQuery): { readonly start: number; readonly end: number } {
  const { from, to } = readStretch(query);
  if (from === undefined) throw missingTime('from');
  if (to === undefined) throw missingTime('to');
  if (to - from > MAX_TIMELINE_DAYS * DAY_MS) {
    throw badRequest(
      'to',
      `the period is longer than ${MAX_TIMELINE_DAYS} days`,
      `Ask for ${MAX_TIMELINE_DAYS} days at most at a time.`,
    );
  }
  return { start: from, end: to };
}

const missingTime = (name: string) => badRequest(name, `${name} is missing`, EXPECTED_TIME);

/** @throws ApiError 400 unless it is an integer from 1 to {@link MAX_PAGE_SIZE}. */
export function readPageSize(query: OpsQuery): number {
  const given = readText(query, 'limit');
  if (given === undefined) return DEFAULT_PAGE_SIZE;
  const size = /^\d{1,9}$/.test(given) ? Number(given) : NaN;
  if (size >= 1 && size <= MAX_PAGE_SIZE) return size;
  throw badRequest(
    'limit',
    `limit is not an integer from 1 to ${MAX_PAGE_SIZE}`,
    `It is ${DEFAULT_PAGE_SIZE} unless given; ask for more with the cursor.`,
  );
}

/** What an answer before gave as its `nextCursor`. @throws ApiError 400 if it is given twice. */
export function readCursor(query: OpsQuery): string | undefined {
  const { cursor } = query;
  if (Array.isArray(cursor)) throw badRequest('cursor', 'cursor is given more than once', 'Send it once.');
  return cursor === '' ? undefined : cursor;
}

/** Given `limit + 1` rows, the page and whether there is more behind it. */
export function pageOf<Row>(rows: readonly Row[], limit: number) {
  const page = rows.slice(0, limit);
  return { page, last: rows.length > limit ? page.at(-1) : undefined };
}
