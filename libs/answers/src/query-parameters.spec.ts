import { parseDate } from '#edge';
import fc from 'fast-check';
import { ApiError } from '#edge';
import {
  MAX_STEP_MS,
  MIN_STEP_MS,
  readList,
  readPeriod,
  readStep,
  type QueryString,
} from './query-parameters.js';

const NEW_YEAR = Date.UTC(2020, 0, 1);

/** The parameter that a 400 names. */
function faultOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    expect(error.status).toBe(400);
    expect(error.body.message).toMatch(/./);
    expect(error.body.description).toMatch(/./);
    return error.body.field;
  }
  throw new Error('it was accepted');
}

describe('a date', () => {
  it.each([
    ['2020-01-01T00:00:00Z', NEW_YEAR],
    ['2020-01-01t00:00:00z', NEW_YEAR],
    ['2020-01-01T00:00Z', NEW_YEAR],
    ['2020-01-01T03:00:00+03:00', NEW_YEAR],
    ['2020-01-01T03:00:00 03:00', NEW_YEAR],
    ['2020-01-01T03:00:00+0300', NEW_YEAR],
    ['2020-01-01T03:00:00+03', NEW_YEAR],
    ['2020-01-01T03:00:00 03', NEW_YEAR],
    ['2019-12-31T18:30:00-05:30', NEW_YEAR],
    ['2020-01-01T00:00:00-00:00', NEW_YEAR],
    ['2020-01-01T23:59:00+23:59', NEW_YEAR],
    ['2020-01-01T00:00:00.5Z', NEW_YEAR + 500],
    ['2020-01-01T00:00:00,5Z', NEW_YEAR + 500],
    ['2020-01-01T00:00:00.007Z', NEW_YEAR + 7],
    ['2020-01-01T00:00:00.123456789Z', NEW_YEAR + 123],
    ['2020-02-29T00:00:00Z', Date.UTC(2020, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['1969-12-31T23:59:59.999Z', -1],
    ['0001-01-01T00:00:00Z', Date.parse('0001-01-01T00:00:00Z')],
    ['9999-12-31T23:59:59Z', Date.UTC(9999, 11, 31, 23, 59, 59)],
  ])('%s is read', (text, time) => {
    expect(parseDate(text)).toBe(time);
  });

  it.each([
    '',
    'Z',
    'now',
    '1577836800',
    '1577836800000',
    '2020-01-01',
    '2020-01-01Z',
    '2020-01-01T00:00:00',
    '2020-01-01 00:00:00Z',
    '2020-01-01T00:00:00.Z',
    '2020-01-01T00:00:00.1234567890Z',
    '2020-01-01T00Z',
    '2020-01-01T0:0:0Z',
    '2020-1-1T00:00:00Z',
    '20200101T000000Z',
    '20-01-01T00:00:00Z',
    '+002020-01-01T00:00:00Z',
    '2020-00-01T00:00:00Z',
    '2020-13-01T00:00:00Z',
    '2020-01-00T00:00:00Z',
    '2020-01-32T00:00:00Z',
    '2020-04-31T00:00:00Z',
    '2021-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2020-01-01T24:00:00Z',
    '2020-01-01T00:60:00Z',
    '2020-01-01T00:00:60Z',
    '2020-01-01T00:00:00+24:00',
    '2020-01-01T00:00:00+00:60',
    '2020-01-01T00:00:00+3:00',
    '2020-01-01T00:00:00+03:',
    '2020-01-01T00:00:00  03:00',
    '2020-01-01T00:00:00+03:00Z',
    '2020-01-01T00:00:00Z+03:00',
    '2020-01-01T00:00:00ZZ',
    '2020-01-01T00:00:00 Europe/Berlin',
    '2020-01-01T00:00:00Z\n',
    '٢٠٢٠-٠١-٠١T00:00:00Z',
  ])('%j is none', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  it('is the same instant with any offset', () => {
    const anyInstant = fc.integer({ min: Date.UTC(1970, 0, 2), max: Date.UTC(2199, 0, 1) });
    const anyOffset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
    fc.assert(
      fc.property(anyInstant, anyOffset, fc.constantFrom('+', ' '), (instant, offset, plus) => {
        const local = new Date(instant + offset * 60_000).toISOString().slice(0, -1);
        const two = (value: number) => String(value).padStart(2, '0');
        const size = Math.abs(offset);
        const zone = `${offset < 0 ? '-' : plus}${two(Math.floor(size / 60))}:${two(size % 60)}`;
        expect(parseDate(`${local}${zone}`)).toBe(instant);
      }),
    );
  });
});

describe('a period', () => {
  const period = (startDate?: string | string[], endDate?: string | string[]) =>
    readPeriod({ startDate, endDate } as QueryString);

  it('runs from its start to its end', () => {
    expect(period('2020-01-01T00:00:00Z', '2020-01-01T00:00:00.001Z')).toEqual({
      start: NEW_YEAR,
      end: NEW_YEAR + 1,
    });
  });

  it('may have white space around its dates', () => {
    expect(period(' 2020-01-01T00:00:00Z', '2020-01-02T00:00:00Z ').start).toBe(NEW_YEAR);
  });

  it.each([
    ['startDate', undefined, '2020-01-02T00:00:00Z'],
    ['startDate', '', '2020-01-02T00:00:00Z'],
    ['startDate', ' ', '2020-01-02T00:00:00Z'],
    ['startDate', 'yesterday', '2020-01-02T00:00:00Z'],
    ['startDate', ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'], '2020-01-02T00:00:00Z'],
    ['startDate', undefined, undefined],
    ['endDate', '2020-01-01T00:00:00Z', undefined],
    ['endDate', '2020-01-01T00:00:00Z', '2020-01-02'],
    ['endDate', '2020-01-01T00:00:00Z', ['2020-01-02T00:00:00Z', '2020-01-03T00:00:00Z']],
    ['endDate', '2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
    ['endDate', '2020-01-01T00:00:00Z', '2020-01-01T01:00:00+01:00'],
    ['endDate', '2020-01-01T00:00:00Z', '2019-12-31T23:59:59Z'],
  ])('is refused at %s: from %j to %j', (field, start, end) => {
    expect(faultOf(() => period(start, end))).toBe(field);
  });

  it('is cut to the times that the store can hold, and empty where all of it lies beyond them', () => {
    expect(period('0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z')).toEqual({
      start: 0,
      end: Date.UTC(2200, 0, 1),
    });
    const { start, end } = period('3000-01-01T00:00:00Z', '3000-01-02T00:00:00Z');
    expect(start).toBe(end);
  });
});

describe('a list', () => {
  const list = (agentId?: string | string[]) => readList({ agentId } as QueryString, 'agentId');

  it.each([
    ['1,2', ['1', '2']],
    [' 1 , 2 ', ['1', '2']],
    ['2,1,2, 1', ['2', '1']],
    [',1,,2,', ['1', '2']],
    [
      ['1', '2,3', '1'],
      ['1', '2', '3'],
    ],
    ["' OR 1=1 --,{x:String},\\", ["' OR 1=1 --", '{x:String}', '\\']],
    ['a b,\u{1f600}', ['a b', '\u{1f600}']],
  ])('%j is trimmed, freed of repeats and of nothing', (given, expected) => {
    expect(list(given)).toEqual(expected);
  });

  it.each([undefined, '', ' ', ',', ' , ,, ', [], ['', ' ,']])('%j is refused', (given) => {
    expect(faultOf(() => list(given as string[]))).toBe('agentId');
  });
});

describe('a step', () => {
  it.each([String(MIN_STEP_MS), ' 300000 ', String(MAX_STEP_MS)])('%j is read', (given) => {
    expect(readStep({ step: given })).toBe(Number(given));
  });

  it.each([
    undefined,
    '',
    'abc',
    '0',
    '-300000',
    '+300000',
    '300000.5',
    '3e5',
    '0x493e0',
    String(MIN_STEP_MS - 1),
    String(MAX_STEP_MS + 1),
    '9'.repeat(400),
    ['300000', '300000'],
  ])('%j is refused', (given) => {
    expect(faultOf(() => readStep({ step: given }))).toBe('step');
  });
});
