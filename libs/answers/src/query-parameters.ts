import { DAY_MS } from '#domain';
import { badRequest, parseDate } from '#edge';

/** The parameters of a query as they came in the URL: a parameter that is given several times is an array. */
export type QueryString = Readonly<Record<string, string | string[] | undefined>>;

/** A period `[start, end)` in milliseconds since the Unix epoch. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/** The borders of the times that the store can hold; a period that reaches beyond them is cut there. */
const EARLIEST_MS = Date.UTC(1970, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);

/** @throws ApiError 400 on `startDate` or `endDate`. */
export function readPeriod(query: QueryString): Period {
  const start = readDate(query, 'startDate');
  const end = readDate(query, 'endDate');
  if (end <= start) {
    throw badRequest(
      'endDate',
      'endDate is not after startDate',
      'Ask for a period that ends after it begins.',
    );
  }
  return { start: clamp(start), end: clamp(end) };
}

/**
 * A comma-separated list, trimmed and without repeats.
 *
 * @throws ApiError 400 if there is nothing in it.
 */
export function readList(query: QueryString, name: string): string[] {
  const given = [query[name] ?? []].flat().join(',');
  const items = new Set(given.split(',').map((item) => item.trim()));
  items.delete('');
  if (items.size === 0) {
    throw badRequest(
      name,
      `${name} is empty`,
      `Name at least one, several separated by commas: ${name}=1,2,3`,
    );
  }
  return [...items];
}

export const MIN_STEP_MS = 1_000;
export const MAX_STEP_MS = DAY_MS;

/**
 * The step of statistics, in milliseconds.
 *
 * @throws ApiError 400 unless it is an integer from {@link MIN_STEP_MS} to {@link MAX_STEP_MS}.
 */
export function readStep(query: QueryString): number {
  const given = query['step'];
  const step = typeof given === 'string' && /^\d+$/.test(given.trim()) ? Number(given) : NaN;
  if (step >= MIN_STEP_MS && step <= MAX_STEP_MS) return step;
  throw badRequest(
    'step',
    `step is not an integer from ${MIN_STEP_MS} to ${MAX_STEP_MS}`,
    'Send the step in milliseconds: 300000 for five minutes.',
  );
}

function readDate(query: QueryString, name: string): number {
  const given = query[name];
  if (given === undefined || given === '') throw badRequest(name, `${name} is missing`, EXPECTED_DATE);
  if (Array.isArray(given)) throw badRequest(name, `${name} is given more than once`, EXPECTED_DATE);
  const time = parseDate(given.trim());
  if (time === undefined) throw badRequest(name, `${name} is not a date with a time zone`, EXPECTED_DATE);
  return time;
}

const EXPECTED_DATE =
  'Send an ISO 8601 date and time with an offset or Z, such as 2020-01-01T00:00:00Z or 2020-01-01T00:00:00+03:00.';

function clamp(time: number): number {
  return Math.min(Math.max(time, EARLIEST_MS), LATEST_MS);
}
