import fc from 'fast-check';
import { byMonths, MAX_MONTHS_PER_INSERT } from './by-months.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const identity = (time: number) => time;
const monthsOf = (times: readonly number[]) =>
  new Set(times.map((time) => new Date(time).toISOString().slice(0, 7))).size;

describe(`Rows cut by months (seed ${seed})`, () => {
  it('are one group, the array itself, while they can only span a few months', () => {
    const times = [Date.UTC(2026, 0, 31), Date.UTC(2021, 11, 31, 23, 59, 59, 999), Date.UTC(2026, 5, 1)];
    expect(byMonths(times, identity)[0]).toBe(times);
    expect(byMonths(times, identity)).toHaveLength(1);
  });

  it('make no group if there are none', () => expect(byMonths([], identity)).toEqual([]));

  it('keep their order within each group', () => {
    const years = [2020, 1980, 2021, 1981].map((year) => Date.UTC(year, 6, 1));
    expect(byMonths(years, identity)).toEqual([
      [years[0], years[2]],
      [years[1], years[3]],
    ]);
  });

  it(`are each in one group, and no group spans more than ${MAX_MONTHS_PER_INSERT} months`, () => {
    const anyTime = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(2299, 11, 31) });
    const nearTime = fc.integer({ min: Date.UTC(2019, 0, 1), max: Date.UTC(2026, 11, 31) });
    for (const times of [anyTime, nearTime].map((time) => fc.array(time, { maxLength: 400 }))) {
      fc.assert(
        fc.property(times, (all) => {
          const groups = byMonths(all, identity);
          expect(groups.flat().sort()).toEqual([...all].sort());
          for (const group of groups) expect(monthsOf(group)).toBeLessThanOrEqual(MAX_MONTHS_PER_INSERT);
        }),
        { seed, numRuns: 300 },
      );
    }
  });

  it('are cut once they may span too many months, and not much earlier', () => {
    const spanOf = (months: number) => [Date.UTC(2020, 0, 1), Date.UTC(2020, months - 1, 28)];
    expect(byMonths(spanOf(MAX_MONTHS_PER_INSERT - 8), identity)).toHaveLength(1);
    expect(byMonths(spanOf(MAX_MONTHS_PER_INSERT + 1), identity)).toHaveLength(2);
  });
});
