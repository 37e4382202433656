/** SQL that formats a DateTime64(3) as in answers: `2020-01-01T10:15:36Z`, with `.SSS` only if not zero. */
export function isoTime(expression: string): string {
  const text = `toString(${expression})`;
  return `concat(substring(${text}, 1, 10), 'T', if(endsWith(${text}, '.000'), substring(${text}, 12, 8), substring(${text}, 12)), 'Z')`;
}

/** SQL for the instant of a bound Int64 of milliseconds. */
export function boundTime(parameter: string): string {
  return `fromUnixTimestamp64Milli({${parameter}:Int64}, 'UTC')`;
}

/** SQL that aggregates texts into one, separated by commas and in the order of the given columns. */
export function joined(text: string, ...orderBy: readonly string[]): string {
  const row = `(${[...orderBy, text].join(', ')})`;
  return `arrayStringConcat(arrayMap(row -> row.${orderBy.length + 1}, arraySort(groupArray(${row}))), ',')`;
}

/** SQL for a total divided by a count: an integer, rounded half up; 0 if the count is 0. */
export function average(total: string, count: string): string {
  return `if(${count} = 0, 0, intDiv(2 * ifNull(${total}, 0) + ${count}, 2 * ${count}))`;
}

/** SQL for whether a time is in the bound period `[from, to)`, also by day for tables that are sorted by day. */
export function inPeriod(column: string): string {
  const [from, to] = [boundTime('from'), boundTime('to')];
  return `toDate(${column}) >= toDate(${from}) AND toDate(${column}) <= toDate(${to}) AND ${column} >= ${from} AND ${column} < ${to}`;
}
