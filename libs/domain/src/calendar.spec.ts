import fc from 'fast-check';
import { dayOf, localDays, nextDay, startOfDay } from './calendar.js';
import { propertySeed } from './timeline.arbitrary.js';

const at = (date: string) => Date.parse(date);
const HOUR_MS = 3_600_000;
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];

describe('days of a time zone', () => {
  it.each([
    ['Europe/Berlin', '2020-03-29T12:00:00Z', '2020-03-28T23:00:00Z', 23],
    ['Europe/Berlin', '2020-10-25T12:00:00Z', '2020-10-24T22:00:00Z', 25],
    ['America/New_York', '2020-03-08T12:00:00Z', '2020-03-08T05:00:00Z', 23],
    ['America/New_York', '2020-11-01T12:00:00Z', '2020-11-01T04:00:00Z', 25],
    ['Asia/Kathmandu', '2020-06-01T12:00:00Z', '2020-05-31T18:15:00Z', 24],
    ['Australia/Lord_Howe', '2020-10-03T16:00:00Z', '2020-10-03T13:30:00Z', 23.5],
    // Its clocks skipped midnight: the day began at one o'clock.
    ['America/Sao_Paulo', '2018-11-04T12:00:00Z', '2018-11-04T03:00:00Z', 23],
  ])('in %s, the day of %s begins at %s and has %d hours', (zone, instant, start, hours) => {
    expect(startOfDay(at(instant), zone)).toBe(at(start));
    expect(nextDay(at(instant), zone) - at(start)).toBe(hours * HOUR_MS);
  });

  it(`tile time, each under the date that its instants have (seed ${propertySeed})`, () => {
    const clocks = new Map(
      ZONES.map((zone) => [zone, new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })]),
    );
    const anyInstant = fc.integer({
      min: at('1990-01-01T00:00:00Z') / 1000,
      max: at('2037-01-01T00:00:00Z') / 1000,
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        anyInstant,
        fc.integer({ min: 1, max: 10 }),
        (zone, second, length) => {
          const start = second * 1000;
          const end = start + length * 24 * HOUR_MS;
          const days = [...localDays(start, end, zone)];
          expect(days[0]!.start).toBeLessThanOrEqual(start);
          expect(days.at(-1)!.end).toBeGreaterThanOrEqual(end);
          for (const [index, day] of days.entries()) {
            if (index > 0) expect(day.start).toBe(days[index - 1]!.end);
            expect(dayOf(day.start, zone)).toBe(day.date);
            expect(dayOf(day.end - 1, zone)).toBe(day.date);
            expect(clocks.get(zone)!.format(day.start)).toBe(day.date);
          }
        },
      ),
      { seed: propertySeed, numRuns: 500 },
    );
  });
});
