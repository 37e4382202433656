import { inFuture, tooOld, type Rejection } from './rejection.js';

/** Which times of an event are accepted. */
export interface TimeLimits {
  readonly maxClockSkewSeconds: number;
  readonly retentionDays: number;
}

/** From here on, an integer is milliseconds since the epoch; below, seconds. */
export const FIRST_MILLISECONDS = 100_000_000_000;

/** `actionTime` in milliseconds since the Unix epoch. */
export function actionTimeMs(actionTime: number): number {
  return actionTime >= FIRST_MILLISECONDS ? actionTime : actionTime * 1000;
}

/** Why an event of this time is not accepted at `now` (both in milliseconds), if it is not. */
export function checkTime(timeMs: number, now: number, limits: TimeLimits): Rejection | undefined {
  const aheadSeconds = (timeMs - now) / 1000;
  if (aheadSeconds > limits.maxClockSkewSeconds) return inFuture(aheadSeconds, limits.maxClockSkewSeconds);
  if (-aheadSeconds > limits.retentionDays * 86_400) return tooOld(limits.retentionDays);
  return undefined;
}
