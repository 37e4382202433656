import fc from 'fast-check';
import { decideRetention, MAX_ORDINARY_ADVANCE_MS, type RetentionFindings } from './retention-policy.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 5, 1);
const RETENTION = 400 * DAY;

/** The findings in a log of a year and a half, an hour after the last run: one hour's records have expired. */
const ordinary: RetentionFindings = {
  now: NOW,
  retentionMs: RETENTION,
  newestAt: NOW - 1_000,
  last: { ranAt: NOW - 3_600_000, cutoff: NOW - 3_600_000 - RETENTION },
  records: 10_000,
  expired: 1,
};
const kindOf = (findings: Partial<RetentionFindings>) => decideRetention({ ...ordinary, ...findings }).kind;
const lastRun = (ago: number) => ({ ranAt: NOW - ago, cutoff: NOW - ago - RETENTION });

describe('a run of the retention', () => {
  it('is approved when its cutoff has advanced by no more than two days, whatever the share', () => {
    expect(decideRetention(ordinary)).toEqual({ kind: 'approved', cutoff: NOW - RETENTION });
    expect(kindOf({ expired: 9_999, last: lastRun(MAX_ORDINARY_ADVANCE_MS) })).toBe('approved');
  });

  it('is held when its cutoff has advanced further and more than a tenth would be removed', () => {
    const moved = { last: lastRun(MAX_ORDINARY_ADVANCE_MS + 1) };
    expect(kindOf({ ...moved, expired: 1_000 })).toBe('approved');
    expect(decideRetention({ ...ordinary, ...moved, expired: 1_001 })).toEqual({
      kind: 'held',
      cutoff: NOW - RETENTION,
      reason: 'clock-advanced',
    });
  });

  it('is held when even the newest record would be removed, even if the cutoff has hardly advanced', () => {
    const expired = { newestAt: NOW - RETENTION - 1, expired: 10_000 };
    expect(decideRetention({ ...ordinary, ...expired })).toMatchObject({
      kind: 'held',
      reason: 'newest-expired',
    });
  });

  it('is held if it is the first, unless no more than a tenth would be removed', () => {
    expect(kindOf({ last: undefined, expired: 1_000 })).toBe('approved');
    expect(decideRetention({ ...ordinary, last: undefined, expired: 1_001 })).toMatchObject({
      kind: 'held',
      reason: 'first-run',
    });
  });

  it('is approved after the clock was set back by any amount', () => {
    expect(kindOf({ last: lastRun(-500 * DAY) })).toBe('approved');
    expect(kindOf({ last: lastRun(-500 * DAY), expired: 0 })).toBe('approved');
  });

  it('is idle while the clock is behind the newest record, so that it continues as before once the clock is right', () => {
    const setBack = { last: lastRun(-500 * DAY), newestAt: NOW + 500 * DAY, expired: 0 };
    expect(kindOf(setBack)).toBe('idle');
  });

  it('is idle if it finds nothing while the clock is not known to be right', () => {
    const nothing = { expired: 0 };
    expect(kindOf(nothing)).toBe('approved');
    expect(kindOf({ ...nothing, last: lastRun(3 * DAY) })).toBe('idle');
    expect(kindOf({ ...nothing, last: undefined, newestAt: NOW - 3 * DAY })).toBe('idle');
    expect(kindOf({ ...nothing, last: undefined })).toBe('approved');
    expect(kindOf({ ...nothing, last: undefined, newestAt: undefined })).toBe('approved');
  });

  it('never removes more than a tenth at once after the clock has jumped ahead of a log in daily use', () => {
    const days = (max: number) => fc.integer({ min: 3, max }).map((n) => n * DAY);
    fc.assert(
      fc.property(days(20_000), fc.integer({ min: 0, max: 10_000 }), (jump, expired) => {
        const decision = decideRetention({ ...ordinary, now: NOW + jump, expired });
        expect(decision.kind === 'approved' ? expired : 0).toBeLessThanOrEqual(1_000);
      }),
    );
  });
});
