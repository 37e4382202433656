import { deduplicationToken } from './deduplication-token.js';

const rows = [
  ['s', 1],
  ['t', null],
] as const;

describe('the token of an insert', () => {
  it('is the same for the same rows, made at another time', () => {
    expect(deduplicationToken('d.t', ['a', 'b'], rows)).toBe(
      deduplicationToken(
        'd.t',
        ['a', 'b'],
        rows.map((row) => [...row]),
      ),
    );
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
    expect(deduplicationToken(table, columns, others)).not.toBe(deduplicationToken('d.t', ['a', 'b'], rows));
  });
});
