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

/** The parameter that the 400 names. */
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

describe('readPeriod', () => {
  const period = (startDate?: string | string[], endDate?: string | string[]) =>
    readPeriod({ startDate, endDate } as QueryString);

  it('returns start and end in milliseconds', () => {
    expect(period('2020-01-01T00:00:00Z', '2020-01-01T00:00:00.001Z')).toEqual({
      start: NEW_YEAR,
      end: NEW_YEAR + 1,
    });
  });

  it('ignores white space around dates', () => {
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
  ])('refuses %s: from %j to %j', (field, start, end) => {
    expect(faultOf(() => period(start, end))).toBe(field);
  });

  it('cuts the period to the range that the store can hold, which may leave it empty', () => {
    expect(period('0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z')).toEqual({
      start: 0,
      end: Date.UTC(2200, 0, 1),
    });
    const { start, end } = period('3000-01-01T00:00:00Z', '3000-01-02T00:00:00Z');
    expect(start).toBe(end);
  });
});

describe('readList', () => {
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
  ])('trims %j and drops repeated and empty items', (given, expected) => {
    expect(list(given)).toEqual(expected);
  });

  it.each([undefined, '', ' ', ',', ' , ,, ', [], ['', ' ,']])('refuses %j', (given) => {
    expect(faultOf(() => list(given as string[]))).toBe('agentId');
  });
});

describe('readStep', () => {
  it.each([String(MIN_STEP_MS), ' 300000 ', String(MAX_STEP_MS)])('reads %j', (given) => {
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
  ])('refuses %j', (given) => {
    expect(faultOf(() => readStep({ step: given }))).toBe('step');
  });
});
