import { DAY_MS } from '#edge';
import { inFuture, tooOld, type Rejection } from './rejection.js';

/** The limits on the time of an event. */
export interface TimeLimits {
  readonly maxClockSkewSeconds: number;
  readonly retentionDays: number;
}

/** Why an event of this time is not accepted at `now` (both in milliseconds since the Unix epoch), if it is not. */
export function checkTime(timeMs: number, now: number, limits: TimeLimits): Rejection | undefined {
  const aheadMs = timeMs - now;
  if (aheadMs > limits.maxClockSkewSeconds * 1000)
    return inFuture(aheadMs / 1000, limits.maxClockSkewSeconds);
  if (-aheadMs > limits.retentionDays * DAY_MS) return tooOld(limits.retentionDays);
  return undefined;
}
