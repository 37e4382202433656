import { LONGEST_LIST_BYTES, splitLongLists } from './long-lists.js';

const QUERY =
  'SELECT {groups:Array(String)}, x IN {groups:Array(String)}, {n:Int64}, {numbers:Array(UInt32)}';
const AROUND_BYTES = 3;

/** As many values as fit into one parameter: 61 bytes each, or 64 as written. */
const FULL = Array.from({ length: LONGEST_LIST_BYTES / 64 }, (_, i) =>
  String(i).padEnd(64 - AROUND_BYTES, 'x'),
);

describe('A bound list', () => {
  it('stays one parameter up to the maximum length', () => {
    const statement = { query: QUERY, parameters: { groups: FULL, n: 1, numbers: [1, 2] } };
    expect(splitLongLists(statement)).toEqual(statement);
  });

  it('becomes two parameters in every place with one value more, and the other parameters stay as they are', () => {
    const { query, parameters } = splitLongLists({
      query: QUERY,
      parameters: { groups: [...FULL, 'more'], n: 1, numbers: [1, 2] },
    });
    const both = 'arrayConcat({groups_0:Array(String)}, {groups_1:Array(String)})';
    expect(query).toBe(`SELECT ${both}, x IN ${both}, {n:Int64}, {numbers:Array(UInt32)}`);
    expect(parameters).toEqual({ groups_0: FULL, groups_1: ['more'], n: 1, numbers: [1, 2] });
  });

  it('is measured in bytes, and a value longer than the maximum gets a parameter of its own', () => {
    const long = 'я'.repeat(LONGEST_LIST_BYTES);
    const { parameters } = splitLongLists({ query: QUERY, parameters: { groups: ['a', long, 'b'] } });
    expect(parameters).toEqual({ groups_0: ['a'], groups_1: [long], groups_2: ['b'] });
  });

  it('may be empty or hold numbers', () => {
    const numbers = Array.from({ length: 20_000 }, (_, i) => i);
    const { query, parameters } = splitLongLists({ query: QUERY, parameters: { groups: [], numbers } });
    expect(query).toContain('{groups:Array(String)}');
    expect(query).toContain('arrayConcat({numbers_0:Array(UInt32)}, {numbers_1:Array(UInt32)}');
    const parts = Object.keys(parameters).filter((name) => name.startsWith('numbers_'));
    expect(parts.flatMap((name) => parameters[name])).toEqual(numbers);
  });
});
