import { epochMs, FIRST_MILLISECONDS, isoTime } from './time.js';

describe('epochMs', () => {
  it('reads numbers below 100 000 000 000 as seconds and larger ones as milliseconds', () => {
    expect(FIRST_MILLISECONDS).toBe(100_000_000_000);
    expect(epochMs(99_999_999_999)).toBe(99_999_999_999_000);
    expect(epochMs(100_000_000_000)).toBe(100_000_000_000);
    expect(epochMs(1_568_816_347)).toBe(1_568_816_347_000);
    expect(epochMs(0)).toBe(0);
  });
});

describe('isoTime', () => {
  it('shows milliseconds only if they are not zero', () => {
    expect(isoTime(Date.UTC(2020, 0, 1, 10, 15, 36))).toBe('2020-01-01T10:15:36Z');
    expect(isoTime(Date.UTC(2020, 0, 1, 10, 15, 36, 7))).toBe('2020-01-01T10:15:36.007Z');
  });
});
