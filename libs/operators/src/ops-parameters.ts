import { badRequest, DAY_MS, EXPECTED_TIME, parseTime } from '#edge';
import { clampToStorable, type QueryString } from '#answers';

/** The parameters of a request, as in {@link QueryString}. */
export type OpsQuery = QueryString;

export const DEFAULT_PAGE_SIZE = 50;
export const MAX_PAGE_SIZE = 200;
/** The longest text filter in UTF-16 units: an id has at most 256 characters. */
export const MAX_FILTER_LENGTH = 512;

/** @throws ApiError 400 if the parameter occurs twice, is too long or contains control characters. */
export function readText(query: OpsQuery, name: string): string | undefined {
  const given = query[name];
  if (given === undefined || given === '') return undefined;
  if (Array.isArray(given)) throw badRequest(name, `${name} occurs more than once`, `Send ${name} once.`);
  if (given.length > MAX_FILTER_LENGTH) {
    throw badRequest(name, `${name} is too long`, `Send at most ${MAX_FILTER_LENGTH} characters.`);
  }
  if (/[\p{Cs}\p{Cc}]/u.test(given)) {
    throw badRequest(name, `${name} contains control characters`, 'Remove them: ids and codes have none.');
  }
  return given;
}

/** @throws ApiError 400 if it is missing. */
export function requireText(query: OpsQuery, name: string): string {
  const text = readText(query, name);
  if (text === undefined) throw badRequest(name, `${name} is missing`, `Add ${name}=… to the query.`);
  return text;
}

/** @throws ApiError 400 if it is not one of the known values. */
export function readOneOf<Value extends string>(
  query: OpsQuery,
  name: string,
  known: readonly Value[],
): Value | undefined {
  const given = readText(query, name);
  const value = known.find((each) => each === given);
  if (given === undefined || value !== undefined) return value;
  throw badRequest(name, `${name} is not a known value`, `Send one of ${known.join(', ')}.`);
}

/** Milliseconds since the Unix epoch. @throws ApiError 400 if it is not a time. */
export function readTime(query: OpsQuery, name: string): number | undefined {
  const given = readText(query, name)?.trim();
  if (given === undefined) return undefined;
  const ms = parseTime(given);
  if (ms === undefined) throw badRequest(name, `${name} is not a time`, EXPECTED_TIME);
  return clampToStorable(ms);
}

/** A range of times, unbounded where it is `undefined`. */
export interface TimeRange {
  readonly from: number | undefined;
  readonly to: number | undefined;
}

/** @throws ApiError 400 if it does not end after it starts. */
export function readTimeRange(query: OpsQuery): TimeRange {
  const from = readTime(query, 'from');
  const to = readTime(query, 'to');
  if (from !== undefined && to !== undefined && to <= from) {
    throw badRequest('to', 'to is not after from', 'Request a period that ends after it starts.');
  }
  return { from, to };
}

/** The longest period of an agent's timeline. */
export const MAX_TIMELINE_DAYS = 31;

/** @throws ApiError 400 unless both ends are given, in order and at most {@link MAX_TIMELINE_DAYS} apart. */
export function readTimelinePeriod(query: OpsQuery): { readonly start: number; readonly end: number } {
  const { from, to } = readTimeRange(query);
  if (from === undefined) throw missingTime('from');
  if (to === undefined) throw missingTime('to');
  if (to - from > MAX_TIMELINE_DAYS * DAY_MS) {
    throw badRequest(
      'to',
      `the period is longer than ${MAX_TIMELINE_DAYS} days`,
      `Request at most ${MAX_TIMELINE_DAYS} days at a time.`,
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
    `Send an integer in that range, or leave it out for ${DEFAULT_PAGE_SIZE}; the cursor leads to further pages.`,
  );
}

/** The `nextCursor` of the previous page. @throws ApiError 400 if it occurs twice. */
export function readCursor(query: OpsQuery): string | undefined {
  const { cursor } = query;
  if (Array.isArray(cursor)) throw badRequest('cursor', 'cursor occurs more than once', 'Send it once.');
  return cursor === '' ? undefined : cursor;
}

/** Splits `limit + 1` rows into a page and its last row, which is `undefined` if there is no further page. */
export function pageOf<Row>(rows: readonly Row[], limit: number) {
  const page = rows.slice(0, limit);
  return { page, last: rows.length > limit ? page.at(-1) : undefined };
}
