import { ApiError } from '#edge';
import { DEFAULT_OPS_PERIOD_MS, MAX_OPS_PERIOD_MS, readOpsPeriod } from './read-ops-period.js';
import type { QueryString } from '#answers';

const NOW = Date.UTC(2026, 2, 30, 8, 7);
const iso = (ms: number) => new Date(ms).toISOString();

describe('readOpsPeriod', () => {
  it.each<[string, QueryString, number, number]>([
    ['defaults to the last day', {}, NOW - DEFAULT_OPS_PERIOD_MS, NOW],
    ['treats empty parameters as absent', { from: '', to: '' }, NOW - DEFAULT_OPS_PERIOD_MS, NOW],
    ['ends now by default', { from: iso(NOW - 5) }, NOW - 5, NOW],
    [
      'starts a day before its end by default',
      { to: iso(NOW - 5) },
      NOW - 5 - DEFAULT_OPS_PERIOD_MS,
      NOW - 5,
    ],
    ['accepts 31 days', { from: iso(NOW - MAX_OPS_PERIOD_MS) }, NOW - MAX_OPS_PERIOD_MS, NOW],
    ['accepts offsets', { from: '2026-03-30T10:00:00 02:00' }, Date.UTC(2026, 2, 30, 8), NOW],
  ])('%s: %j', (_what, query, start, end) => {
    expect(readOpsPeriod(query, NOW)).toEqual({ start, end });
  });

  it.each<[string, QueryString]>([
    ['from', { from: 'yesterday' }],
    ['from', { from: '2026-03-30' }],
    ['to', { to: ['2026-03-30T00:00:00Z', '2026-03-31T00:00:00Z'] }],
    ['to', { from: iso(NOW) }],
    ['to', { from: iso(NOW - 1), to: iso(NOW - 1) }],
    ['from', { from: iso(NOW - MAX_OPS_PERIOD_MS - 1) }],
    ['from', { from: '1970-01-31T23:59:59Z', to: '1970-02-02T00:00:00Z' }],
    ['to', { to: '2100-01-01T00:00:01Z' }],
  ])('refuses %s: %j', (field, query) => {
    const read = () => readOpsPeriod(query, NOW);
    expect(read).toThrow(ApiError);
    expect(read).toThrow(
      expect.objectContaining({ status: 400, body: expect.objectContaining({ field }) as object }),
    );
  });
});
