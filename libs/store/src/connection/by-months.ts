import { DAY_MS } from '#domain';

/**
 * The engine refuses an insert whose rows span more than 100 partitions (`max_partitions_per_insert_block`), however
 * few rows there are. Tables are partitioned by month.
 */
export const MAX_MONTHS_PER_INSERT = 64;

const SHORTEST_MONTH_MS = 28 * DAY_MS;
/** A span this long touches at most {@link MAX_MONTHS_PER_INSERT} months, whenever it begins. */
const SURELY_FEW_MONTHS_MS = (MAX_MONTHS_PER_INSERT - 2) * SHORTEST_MONTH_MS;

/**
 * Cuts rows into groups of at most {@link MAX_MONTHS_PER_INSERT} months (UTC), in their order within each group.
 *
 * Nearly always all rows are one group, which is then the array itself; the cost is finding the least and the greatest
 * time.
 *
 * @param timeOf the time by which a row is partitioned, in milliseconds since the Unix epoch.
 */
export function byMonths<Item>(
  items: readonly Item[],
  timeOf: (item: Item) => number,
): readonly (readonly Item[])[] {
  let least = Infinity;
  let greatest = -Infinity;
  for (const item of items) {
    const time = timeOf(item);
    if (time < least) least = time;
    if (time > greatest) greatest = time;
  }
  if (!(greatest - least > SURELY_FEW_MONTHS_MS)) return items.length === 0 ? [] : [items];
  return groupsOfMonths(items, timeOf, monthOf(least));
}

function groupsOfMonths<Item>(
  items: readonly Item[],
  timeOf: (item: Item) => number,
  firstMonth: number,
): Item[][] {
  const groups = new Map<number, Item[]>();
  for (const item of items) {
    const number = Math.floor((monthOf(timeOf(item)) - firstMonth) / MAX_MONTHS_PER_INSERT);
    const group = groups.get(number);
    if (group === undefined) groups.set(number, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Months since the year 0, in UTC as the columns are. */
function monthOf(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
