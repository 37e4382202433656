import { DAY_MS } from '#edge';
import { checkTime } from './time-limits.js';

const NOW = Date.UTC(2026, 0, 15);
const limits = { maxClockSkewSeconds: 300, retentionDays: 400 };

const reasonAt = (timeMs: number) => checkTime(timeMs, NOW, limits)?.reason;

describe('checkTime', () => {
  it('accepts times up to the allowed clock skew ahead, and not a millisecond further', () => {
    expect(reasonAt(NOW + 300_000)).toBeUndefined();
    expect(reasonAt(NOW + 300_001)).toBe('in_future');
  });

  it('accepts times up to the retention ago, and not a millisecond longer', () => {
    expect(reasonAt(NOW - 400 * DAY_MS)).toBeUndefined();
    expect(reasonAt(NOW - 400 * DAY_MS - 1)).toBe('too_old');
  });

  it('reports how far ahead a time is and how far is allowed', () => {
    expect(checkTime(NOW + 301_500, NOW, limits)).toMatchObject({
      field: 'actionTime',
      message: expect.stringContaining('302 seconds ahead') as string,
      description: expect.stringContaining('300 seconds') as string,
    });
  });
});
