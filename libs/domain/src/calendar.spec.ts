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
    // The clocks skipped midnight, so the day began at one o'clock.
    ['America/Sao_Paulo', '2018-11-04T12:00:00Z', '2018-11-04T03:00:00Z', 23],
  ])('in %s, the day of %s begins at %s and has %d hours', (zone, instant, start, hours) => {
    expect(startOfDay(at(instant), zone)).toBe(at(start));
    expect(nextDay(at(instant), zone) - at(start)).toBe(hours * HOUR_MS);
  });

  it(`cover time without gaps, and their dates are those of their instants (seed ${propertySeed})`, () => {
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

/** When the day of an instant begins, and its length in hours. */
function day(instant: string, timeZone: string) {
  const start = startOfDay(at(instant), timeZone);
  const hours = (nextDay(at(instant), timeZone) - start) / HOUR_MS;
  return { date: dayOf(at(instant), timeZone), start: new Date(start).toISOString(), hours };
}

describe('a local day', () => {
  it.each([
    // zone, an instant, its date, when that day starts, its hours
    ['UTC', '2020-02-29T23:59:59.999Z', '2020-02-29', '2020-02-29T00:00:00.000Z', 24],
    ['UTC', '2020-03-01T00:00:00Z', '2020-03-01', '2020-03-01T00:00:00.000Z', 24],
    ['UTC', '1969-12-31T23:59:59.999Z', '1969-12-31', '1969-12-31T00:00:00.000Z', 24],
    ['Europe/Berlin', '2021-03-28T12:00:00Z', '2021-03-28', '2021-03-27T23:00:00.000Z', 23],
    ['Europe/Berlin', '2021-03-28T22:00:00Z', '2021-03-29', '2021-03-28T22:00:00.000Z', 24],
    ['Europe/Berlin', '2021-10-31T12:00:00Z', '2021-10-31', '2021-10-30T22:00:00.000Z', 25],
    ['Europe/Berlin', '2021-10-31T22:59:59.999Z', '2021-10-31', '2021-10-30T22:00:00.000Z', 25],
    ['Europe/Berlin', '2021-10-31T23:00:00Z', '2021-11-01', '2021-10-31T23:00:00.000Z', 24],
    ['America/New_York', '2021-03-14T12:00:00Z', '2021-03-14', '2021-03-14T05:00:00.000Z', 23],
    ['America/New_York', '2021-11-07T12:00:00Z', '2021-11-07', '2021-11-07T04:00:00.000Z', 25],
    ['America/New_York', '2021-11-08T04:59:59.999Z', '2021-11-07', '2021-11-07T04:00:00.000Z', 25],
    ['Asia/Kathmandu', '2021-05-05T18:14:59.999Z', '2021-05-05', '2021-05-04T18:15:00.000Z', 24],
    ['Asia/Kathmandu', '2021-05-05T18:15:00Z', '2021-05-06', '2021-05-05T18:15:00.000Z', 24],
    ['Australia/Lord_Howe', '2021-10-03T00:00:00Z', '2021-10-03', '2021-10-02T13:30:00.000Z', 23.5],
    ['Australia/Lord_Howe', '2021-04-04T00:00:00Z', '2021-04-04', '2021-04-03T13:00:00.000Z', 24.5],
    ['Pacific/Kiritimati', '2021-01-01T09:59:59Z', '2021-01-01', '2020-12-31T10:00:00.000Z', 24],
    ['Pacific/Pago_Pago', '2021-01-01T10:59:59Z', '2020-12-31', '2020-12-31T11:00:00.000Z', 24],
  ])('of %s holds %s', (timeZone, instant, date, start, hours) => {
    expect(day(instant, timeZone)).toEqual({ date, start, hours });
  });

  it.each([
    ['America/Sao_Paulo', '2018-11-04T12:00:00Z', '2018-11-04', '2018-11-04T03:00:00.000Z', 23],
    ['Asia/Beirut', '2022-03-27T12:00:00Z', '2022-03-27', '2022-03-26T22:00:00.000Z', 23],
  ])('of %s begins when the clocks have skipped its midnight', (timeZone, instant, date, start, hours) => {
    expect(day(instant, timeZone)).toEqual({ date, start, hours });
    expect(dayOf(at(start) - 1, timeZone) < date).toBe(true);
  });

  it.each([
    ['America/Sao_Paulo', '2018-02-17T12:00:00Z', '2018-02-17', '2018-02-17T02:00:00.000Z', 25],
    ['Asia/Beirut', '2022-10-29T12:00:00Z', '2022-10-29', '2022-10-28T21:00:00.000Z', 25],
  ])('of %s goes on when its midnight puts the clocks back', (timeZone, instant, date, start, hours) => {
    expect(day(instant, timeZone)).toEqual({ date, start, hours });
  });

  it('begins at the first midnight if the clocks are set back across it', () => {
    expect(day('2007-11-04T02:30:00Z', 'America/St_Johns')).toEqual({
      date: '2007-11-04',
      start: '2007-11-04T02:30:00.000Z',
      hours: 25,
    });
    expect(dayOf(at('2007-11-04T02:45:00Z'), 'America/St_Johns')).toBe('2007-11-04');
  });

  it('does not exist if the zone skips it', () => {
    const days = [...localDays(at('2011-12-29T12:00:00Z'), at('2011-12-31T12:00:00Z'), 'Pacific/Apia')];
    expect(days.map(({ date }) => date)).toEqual(['2011-12-29', '2011-12-31', '2012-01-01']);
  });

  it('throws for an unknown zone', () => {
    expect(() => dayOf(0, 'Mars/Olympus_Mons')).toThrow(RangeError);
  });
});

describe('localDays', () => {
  it('returns all days that overlap the span, whole', () => {
    const days = [...localDays(at('2021-03-27T12:00:00Z'), at('2021-03-28T22:00:00Z'), 'Europe/Berlin')];
    expect(days).toEqual([
      { date: '2021-03-27', start: at('2021-03-26T23:00:00Z'), end: at('2021-03-27T23:00:00Z') },
      { date: '2021-03-28', start: at('2021-03-27T23:00:00Z'), end: at('2021-03-28T22:00:00Z') },
    ]);
  });

  it('returns nothing for an empty span', () => {
    expect([...localDays(5, 5, 'UTC')]).toEqual([]);
  });
});

describe(`the days of any zone (seed ${propertySeed})`, () => {
  const zones = [
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Sao_Paulo',
    'Asia/Beirut',
    'Asia/Kathmandu',
    'Asia/Tehran',
    'Africa/Cairo',
    'Africa/Casablanca',
    'America/Havana',
    'America/Santiago',
    'Australia/Lord_Howe',
    'Pacific/Chatham',
    'Pacific/Apia',
  ];
  const anyZone = fc.constantFrom(...zones);
  const anyInstant = fc.integer({ min: at('2008-01-01T00:00:00Z'), max: at('2030-01-01T00:00:00Z') });

  it('are those that clocks of the zone show', () => {
    const formats = new Map(
      zones.map((timeZone) => [timeZone, new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' })]),
    );
    fc.assert(
      fc.property(anyZone, anyInstant, (timeZone, instant) => {
        const shown = (ms: number) => formats.get(timeZone)!.format(ms);
        const start = startOfDay(instant, timeZone);
        const end = nextDay(instant, timeZone);
        expect([start <= instant, instant < end]).toEqual([true, true]);
        expect(dayOf(instant, timeZone)).toBe(shown(instant));
        expect([shown(start), shown(end - 1)]).toEqual([shown(instant), shown(instant)]);
        expect([shown(start - 1) < shown(instant), shown(end) > shown(instant)]).toEqual([true, true]);
      }),
      { seed: propertySeed, numRuns: 3_000 },
    );
  });
});
