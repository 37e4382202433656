import type { Row } from './values.js';
import { deduplicationToken } from './deduplication-token.js';
import { EncodedRows } from './encoded-rows.js';

const rows = [
  ['s', 1],
  ['t', null],
] as const;

const tokenOf = (table: string, columns: readonly string[], inserted: readonly Row[]) =>
  deduplicationToken(table, columns, new EncodedRows(inserted));

describe('The token of an insert', () => {
  it('is the same for equal rows that were built separately', () => {
    const again = rows.map((row) => [...row]);
    expect(tokenOf('d.t', ['a', 'b'], rows)).toBe(tokenOf('d.t', ['a', 'b'], again));
  });

  it.each([
    ['another table', 'd.u', ['a', 'b'], rows],
    ['other columns', 'd.t', ['a', 'c'], rows],
    ['a row more', 'd.t', ['a', 'b'], [...rows, ['u', 2]]],
    ['a row less', 'd.t', ['a', 'b'], rows.slice(1)],
    ['another value', 'd.t', ['a', 'b'], [['s', 2], rows[1]]],
    ['a text for a number', 'd.t', ['a', 'b'], [['s', '1'], rows[1]]],
    ['values cut elsewhere', 'd.t', ['a', 'b'], [['s'], [1], rows[1]]],
    ['another order', 'd.t', ['a', 'b'], [rows[1], rows[0]]],
  ])('differs for %s', (_, table, columns, others) => {
    expect(tokenOf(table, columns, others)).not.toBe(tokenOf('d.t', ['a', 'b'], rows));
  });
});
