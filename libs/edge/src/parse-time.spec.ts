import fc from 'fast-check';
import { parseDate } from './parse-time.js';

const NEW_YEAR = Date.UTC(2020, 0, 1);

describe('parseDate', () => {
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
  ])('reads %s', (text, time) => {
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
  ])('refuses %j', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });

  it('reads the same instant whatever the offset', () => {
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
