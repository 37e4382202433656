import { DAY_MS } from './time.js';

/**
 * Decides whether a run of the retention may remove records that are older than its cutoff. Retention depends on the
 * wall clock, which can be wrong by years. Records removed by mistake are lost, while records kept too long can be
 * removed later.
 *
 * All times are milliseconds since the Unix epoch.
 */

/** A cutoff that has advanced by no more than this since the last approved run counts as ordinary. */
export const MAX_ORDINARY_ADVANCE_MS = 2 * DAY_MS;

/** Any other run needs confirmation if it would remove more than this share of the records. */
export const MAX_UNCONFIRMED_SHARE = 0.1;

/** What is stored between runs. */
export interface RetentionState {
  /** When the last approved run was. */
  readonly ranAt: number;
  /** Its cutoff. */
  readonly cutoff: number;
}

/**
 * The time that a record appended now must not be stamped before: it comes after the last approved run, whatever the
 * clock shows. A clock that was set back by years would otherwise make new records look expired once it is right again.
 */
export function earliestAppendTime(last: RetentionState | undefined): number {
  return last?.ranAt ?? -Infinity;
}

/** The findings of a run. */
export interface RetentionFindings {
  readonly now: number;
  readonly retentionMs: number;
  /** When the newest record was appended; absent if the log is empty. */
  readonly newestAt?: number | undefined;
  /** Absent if no run was ever approved. */
  readonly last?: RetentionState | undefined;
  readonly records: number;
  /** Records that are older than the cutoff. */
  readonly expired: number;
}

/**
 * - `approved`: data older than the cutoff may be removed, here and wherever else it is kept.
 * - `idle`: nothing here is older. Since the clock is not known to be right, nothing may be removed elsewhere either.
 * - `held`: nothing may be removed until an operator confirms it.
 */
export type RetentionDecision =
  | { readonly kind: 'approved'; readonly cutoff: number }
  | { readonly kind: 'idle'; readonly cutoff: number }
  | { readonly kind: 'held'; readonly cutoff: number; readonly reason: HoldReason };

/** `newest-expired`: even the newest record would be removed. */
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
 * Whether the clock has advanced plausibly since the last run or, without one, since the newest record. A clock that
 * was set back may have been ahead before, which the newest record shows.
 */
function isClockPlausible({ now, retentionMs, newestAt, last }: RetentionFindings): boolean {
  if (last === undefined) return newestAt === undefined || isOrdinaryAdvance(now - newestAt);
  const advance = cutoffOf({ now, retentionMs }) - last.cutoff;
  const isSetBack = !isOrdinaryAdvance(-advance);
  return isSetBack ? newestAt === undefined || isOrdinaryAdvance(newestAt - now) : isOrdinaryAdvance(advance);
}

/** A cutoff that moves back removes nothing new. */
function isOrdinaryAdvance(ms: number): boolean {
  return ms <= MAX_ORDINARY_ADVANCE_MS;
}
