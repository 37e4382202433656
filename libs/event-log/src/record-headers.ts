import type { RecordHeaders } from './log-record.js';

/** Total length of all header names and values, in UTF-16 units. */
export function unitsOf(headers: RecordHeaders | undefined): number {
  if (headers === undefined) return 0;
  let units = 0;
  for (const [name, value] of Object.entries(headers)) units += name.length + value.length;
  return units;
}
