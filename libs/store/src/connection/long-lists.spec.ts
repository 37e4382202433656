import { LONGEST_LIST_BYTES, splitLongLists } from './long-lists.js';

const QUERY =
  'SELECT {groups:Array(String)}, x IN {groups:Array(String)}, {n:Int64}, {numbers:Array(UInt32)}';
const AROUND_BYTES = 3;

/** As many values of 61 bytes as one parameter may have, as they are written 64 each. */
const FULL = Array.from({ length: LONGEST_LIST_BYTES / 64 }, (_, i) =>
  String(i).padEnd(64 - AROUND_BYTES, 'x'),
);

describe('a list that is bound', () => {
  it('stays one parameter up to its greatest length', () => {
    const statement = { query: QUERY, parameters: { groups: FULL, n: 1, numbers: [1, 2] } };
    expect(splitLongLists(statement)).toEqual(statement);
  });

  it('is two, wherever it is named, from one value more on; the others stay as they are', () => {
    const { query, parameters } = splitLongLists({
      query: QUERY,
      parameters: { groups: [...FULL, 'more'], n: 1, numbers: [1, 2] },
    });
    const both = 'arrayConcat({groups_0:Array(String)}, {groups_1:Array(String)})';
    expect(query).toBe(`SELECT ${both}, x IN ${both}, {n:Int64}, {numbers:Array(UInt32)}`);
    expect(parameters).toEqual({ groups_0: FULL, groups_1: ['more'], n: 1, numbers: [1, 2] });
  });

  it('counts bytes, not characters, and has a value that is longer than all by itself', () => {
    const long = 'я'.repeat(LONGEST_LIST_BYTES);
    const { parameters } = splitLongLists({ query: QUERY, parameters: { groups: ['a', long, 'b'] } });
    expect(parameters).toEqual({ groups_0: ['a'], groups_1: [long], groups_2: ['b'] });
  });

  it('may be empty, and may be of numbers', () => {
    const numbers = Array.from({ length: 20_000 }, (_, i) => i);
    const { query, parameters } = splitLongLists({ query: QUERY, parameters: { groups: [], numbers } });
    expect(query).toContain('{groups:Array(String)}');
    expect(query).toContain('arrayConcat({numbers_0:Array(UInt32)}, {numbers_1:Array(UInt32)}');
    const parts = Object.keys(parameters).filter((name) => name.startsWith('numbers_'));
    expect(parts.flatMap((name) => parameters[name])).toEqual(numbers);
  });
});
