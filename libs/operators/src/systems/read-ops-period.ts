import { badRequest, DAY_MS, EXPECTED_TIME, parseTime } from '#edge';
import type { Period, QueryString } from '#answers';

/** The period of operators' requests that give none. */
export const DEFAULT_OPS_PERIOD_MS = DAY_MS;
/** The longest period of operators' requests. */
export const MAX_OPS_PERIOD_MS = 31 * DAY_MS;

/**
 * The period of the parameters `from` and `to`. By default, `to` is now and `from` a day before `to`.
 *
 * @throws ApiError 400
 */
export function readOpsPeriod(query: QueryString, now: number): Period {
  const end = readTime(query, 'to') ?? now;
  const start = readTime(query, 'from') ?? end - DEFAULT_OPS_PERIOD_MS;
  if (end <= start)
    throw badRequest('to', 'to is not after from', 'Request a period that ends after it starts.');
  if (end - start > MAX_OPS_PERIOD_MS) {
    throw badRequest('from', 'the period is longer than 31 days', 'Request at most 31 days.');
  }
  return { start, end };
}

/** The range of times that the store's figures can represent. */
const [EARLIEST_MS, LATEST_MS] = [Date.UTC(1970, 1, 1), Date.UTC(2100, 0, 1)];

function readTime(query: QueryString, name: string): number | undefined {
  const given = query[name];
  if (given === undefined || given === '') return undefined;
  const time = typeof given === 'string' ? parseTime(given.trim()) : undefined;
  if (time !== undefined && time >= EARLIEST_MS && time <= LATEST_MS) return time;
  throw badRequest(name, `${name} is not a time`, EXPECTED_TIME);
}
