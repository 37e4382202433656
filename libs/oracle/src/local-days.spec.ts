import { dayOf, localDays } from './local-days.js';

const at = (date: string): number => Date.parse(date);
const daysOf = (from: string, to: string, timeZone: string) =>
  localDays(at(from), at(to), timeZone).map(({ date, start, end }) => [
    date,
    new Date(start).toISOString().slice(0, 16),
    (end - start) / 3_600_000,
  ]);

describe('days of a time zone', () => {
  it('are those of UTC', () => {
    expect(daysOf('2020-02-28T12:00:00Z', '2020-03-01T00:00:00Z', 'UTC')).toEqual([
      ['2020-02-28', '2020-02-28T00:00', 24],
      ['2020-02-29', '2020-02-29T00:00', 24],
      ['2020-03-01', '2020-03-01T00:00', 24],
    ]);
  });

  it('have 23 hours when clocks are set forward, and 25 when they are set back', () => {
    expect(daysOf('2020-03-28T12:00:00Z', '2020-03-30T12:00:00Z', 'Europe/Berlin')).toEqual([
      ['2020-03-28', '2020-03-27T23:00', 24],
      ['2020-03-29', '2020-03-28T23:00', 23],
      ['2020-03-30', '2020-03-29T22:00', 24],
    ]);
    expect(daysOf('2020-10-25T12:00:00Z', '2020-10-25T12:00:00Z', 'Europe/Berlin')).toEqual([
      ['2020-10-25', '2020-10-24T22:00', 25],
    ]);
  });

  it('begin at a quarter past or to the hour if the zone does', () => {
    expect(daysOf('2020-01-01T18:14:59.999Z', '2020-01-01T18:15:00Z', 'Asia/Kathmandu')).toEqual([
      ['2020-01-01', '2019-12-31T18:15', 24],
      ['2020-01-02', '2020-01-01T18:15', 24],
    ]);
  });

  it('begin even without a midnight, and are missing if the zone skips them', () => {
    expect(daysOf('2018-11-04T12:00:00Z', '2018-11-04T12:00:00Z', 'America/Sao_Paulo')).toEqual([
      ['2018-11-04', '2018-11-04T03:00', 23],
    ]);
    expect(
      daysOf('2011-12-30T00:00:00Z', '2011-12-30T12:00:00Z', 'Pacific/Apia').map(([date]) => date),
    ).toEqual(['2011-12-29', '2011-12-31']);
  });

  it('include their first millisecond, and not that of the next day', () => {
    const days = localDays(at('2020-01-01T00:00:00Z'), at('2020-01-02T00:00:00Z'), 'UTC');
    expect(dayOf(at('2020-01-01T23:59:59.999Z'), days).date).toBe('2020-01-01');
    expect(dayOf(at('2020-01-02T00:00:00Z'), days).date).toBe('2020-01-02');
    expect(() => dayOf(at('2020-01-04T00:00:00Z'), days)).toThrow(RangeError);
  });
});
