import { DAY_MS } from '#domain';
import { badRequest, EXPECTED_TIME, parseTime } from '#edge';
import type { Period, QueryString } from '#answers';

/** What operators ask for is about the last day unless they say otherwise. */
export const DEFAULT_OPS_PERIOD_MS = DAY_MS;
/** The longest period that operators may ask for. */
export const MAX_OPS_PERIOD_MS = 31 * DAY_MS;

/**
 * The period of the parameters `from` and `to`: to now, and from a day before that, unless they are given.
 *
 * @throws ApiError 400
 */
export function readOpsPeriod(query: QueryString, now: number): Period {
  const end = readTime(query, 'to') ?? now;
  const start = readTime(query, 'from') ?? end - DEFAULT_OPS_PERIOD_MS;
  if (end <= start)
    throw badRequest('to', 'to is not after from', 'Ask for a period that ends after it begins.');
  if (end - start > MAX_OPS_PERIOD_MS) {
    throw badRequest('from', 'the period is longer than 31 days', 'Ask for 31 days at most.');
  }
  return { start, end };
}

/** The borders of the times that the store can tell apart. */
const [EARLIEST_MS, LATEST_MS] = [Date.UTC(1970, 1, 1), Date.UTC(2100, 0, 1)];

function readTime(query: QueryString, name: string): number | undefined {
  const given = query[name];
  if (given === undefined || given === '') return undefined;
  const time = typeof given === 'string' ? parseTime(given.trim()) : undefined;
  if (time !== undefined && time >= EARLIEST_MS && time <= LATEST_MS) return time;
  throw badRequest(name, `${name} is not a time`, EXPECTED_TIME);
}
