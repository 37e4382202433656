import type { RecordHeaders } from './log-record.js';

/** UTF-16 units that the names and values of headers have together. */
export function unitsOf(headers: RecordHeaders | undefined): number {
  if (headers === undefined) return 0;
  let units = 0;
  for (const [name, value] of Object.entries(headers)) units += name.length + value.length;
  return units;
}
