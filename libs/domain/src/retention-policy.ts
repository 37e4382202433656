import { DAY_MS } from './time.js';

/**
 * Whether a run of the retention may remove what is older than its cutoff. Retention goes by the wall clock, and a clock can
 * be wrong by years: what a wrong clock removes is gone for good, while what is kept for too long can still be removed.
 *
 * All times are milliseconds since the Unix epoch.
 */

/** A cutoff that has moved on by no more than this since the last run that was approved is ordinary progress. */
export const MAX_ORDINARY_ADVANCE_MS = 2 * DAY_MS;

/** Any other run goes on by itself only if it removes no more than this share of the records. */
export const MAX_UNCONFIRMED_SHARE = 0.1;

/** What is remembered from run to run. */
export interface RetentionState {
  /** When the last run was that was approved. */
  readonly ranAt: number;
  /** What was older than this was to go. */
  readonly cutoff: number;
}

/** What a run has found. */
export interface RetentionFindings {
  readonly now: number;
  readonly retentionMs: number;
  /** When the newest record was appended; absent if there is none. */
  readonly newestAt?: number | undefined;
  /** Absent if no run was ever approved. */
  readonly last?: RetentionState | undefined;
  readonly records: number;
  /** Records that are older than the cutoff. */
  readonly expired: number;
}

/**
 * - `approved`: what is older than the cutoff may go, here and wherever else this data is kept.
 * - `idle`: nothing here is older. The clock has not shown itself to be right, so nothing else may go by it either.
 * - `held`: nothing may go until somebody confirms it.
 */
export type RetentionDecision =
  | { readonly kind: 'approved'; readonly cutoff: number }
  | { readonly kind: 'idle'; readonly cutoff: number }
  | { readonly kind: 'held'; readonly cutoff: number; readonly reason: HoldReason };

/** `newest-expired`: even the newest record would go. */
export type HoldReason = 'first-run' | 'clock-advanced' | 'newest-expired';

export function decideRetention(findings: RetentionFindings): RetentionDecision {
  const { records, expired, newestAt, last } = findings;
  const cutoff = cutoffOf(findings);
  const isNewestExpired = newestAt !== undefined && newestAt < cutoff;
  if (expired === 0) return { kind: isClockPlausible(findings) ? 'approved' : 'idle', cutoff };
  const isOrdinary = last !== undefined && isOrdinaryAdvance(cutoff - last.cutoff);
  if (isOrdinary && !isNewestExpired) return { kind: 'approved', cutoff };
  if (expired <= records * MAX_UNCONFIRMED_SHARE) return { kind: 'approved', cutoff };
  if (last === undefined) return { kind: 'held', cutoff, reason: 'first-run' };
  return { kind: 'held', cutoff, reason: isNewestExpired ? 'newest-expired' : 'clock-advanced' };
}

export function cutoffOf({ now, retentionMs }: Pick<RetentionFindings, 'now' | 'retentionMs'>): number {
  return now - retentionMs;
}

/**
 * Whether the clock has moved as clocks do since the last run or, if there was none, since the newest record. One that was
 * set back may have been ahead before, which the newest record shows.
 */
function isClockPlausible({ now, retentionMs, newestAt, last }: RetentionFindings): boolean {
  if (last === undefined) return newestAt === undefined || isOrdinaryAdvance(now - newestAt);
  const advance = cutoffOf({ now, retentionMs }) - last.cutoff;
  const isSetBack = !isOrdinaryAdvance(-advance);
  return isSetBack ? newestAt === undefined || isOrdinaryAdvance(newestAt - now) : isOrdinaryAdvance(advance);
}

/** Moving back removes nothing that would not have gone already. */
function isOrdinaryAdvance(ms: number): boolean {
  return ms <= MAX_ORDINARY_ADVANCE_MS;
}
