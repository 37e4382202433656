import { actionTimeMs, checkTime, FIRST_MILLISECONDS } from './time-limits.js';

const NOW = Date.UTC(2026, 0, 15);
const DAY = 86_400_000;
const limits = { maxClockSkewSeconds: 300, retentionDays: 400 };

const reasonAt = (timeMs: number) => checkTime(timeMs, NOW, limits)?.reason;

describe('an actionTime', () => {
  it('is seconds below 100 000 000 000 and milliseconds from there on', () => {
    expect(FIRST_MILLISECONDS).toBe(100_000_000_000);
    expect(actionTimeMs(99_999_999_999)).toBe(99_999_999_999_000);
    expect(actionTimeMs(100_000_000_000)).toBe(100_000_000_000);
    expect(actionTimeMs(1_568_816_347)).toBe(1_568_816_347_000);
    expect(actionTimeMs(0)).toBe(0);
  });

  it('is accepted up to the allowed clock skew ahead, and not a millisecond further', () => {
    expect(reasonAt(NOW + 300_000)).toBeUndefined();
    expect(reasonAt(NOW + 300_001)).toBe('in_future');
  });

  it('is accepted up to the retention ago, and not a millisecond longer', () => {
    expect(reasonAt(NOW - 400 * DAY)).toBeUndefined();
    expect(reasonAt(NOW - 400 * DAY - 1)).toBe('too_old');
  });

  it('is told to be how far ahead it is, and what was allowed', () => {
    expect(checkTime(NOW + 301_500, NOW, limits)).toMatchObject({
      field: 'actionTime',
      message: expect.stringContaining('302 seconds ahead') as string,
      description: expect.stringContaining('300 seconds') as string,
    });
  });
});
