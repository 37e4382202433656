import type { BoundValues } from './values.js';

/**
 * A server rejects form fields longer than `http_max_field_value_size`: 128 KiB unless its profile says otherwise, and
 * a request cannot change that. Half of it leaves room for escaping.
 */
export const LONGEST_LIST_BYTES = 65_536;
/** Quotes and the comma around each value. */
const AROUND_VALUE_BYTES = 3;

export interface BoundStatement {
  readonly query: string;
  readonly parameters: BoundValues;
}

/** The same statement, with every list that is too long for one parameter bound as several that SQL concatenates. */
export function splitLongLists({ query, parameters }: BoundStatement): BoundStatement {
  const short: BoundValues = {};
  let split = query;
  for (const [name, value] of Object.entries(parameters)) {
    const parts = Array.isArray(value) ? partsOf(value as readonly (string | number)[]) : [];
    if (parts.length < 2) {
      short[name] = value;
      continue;
    }
    parts.forEach((part, index) => (short[`${name}_${index}`] = part as string[]));
    split = split.replaceAll(
      new RegExp(`\\{${name}:(Array\\(\\w+\\))\\}`, 'g'),
      (_, type: string) =>
        `arrayConcat(${parts.map((_part, index) => `{${name}_${index}:${type}}`).join(', ')})`,
    );
  }
  return { query: split, parameters: short };
}

function partsOf(values: readonly (string | number)[]): (string | number)[][] {
  const parts: (string | number)[][] = [];
  let room = 0;
  for (const value of values) {
    const bytes = Buffer.byteLength(String(value)) + AROUND_VALUE_BYTES;
    if (parts.length === 0 || bytes > room) {
      parts.push([]);
      room = LONGEST_LIST_BYTES;
    }
    parts.at(-1)!.push(value);
    room -= bytes;
  }
  return parts;
}
