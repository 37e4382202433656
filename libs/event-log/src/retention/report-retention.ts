import { DAY_MS, type HoldReason, type RetentionDecision, type RetentionFindings } from '#domain';
import type { Logger, Metrics } from '#telemetry';

/** The command that shows what would be removed, and the one that removes it. */
export const RETENTION_COMMAND = 'npm run retention';
export const APPLY_COMMAND = `${RETENTION_COMMAND} -- --apply`;

export interface RetentionOutcome {
  readonly findings: RetentionFindings;
  readonly decision: RetentionDecision;
}

/**
 * Reports in metrics whether the retention is held and, if it is, logs what would be removed, why it is not, and what
 * to do.
 */
export function reportRetention(
  outcome: RetentionOutcome,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): void {
  const { decision, findings } = outcome;
  metrics.retentionHeld.set(decision.kind === 'held' ? 1 : 0);
  if (decision.kind !== 'held') return;
  const { records, expired } = findings;
  const cutoff = isoTime(decision.cutoff);
  logger.warn(
    { records, expired, cutoff, reason: decision.reason },
    `the retention is held and nothing was removed: ${explainHold(outcome)}. If the clock is right, ` +
      `look at it with: ${RETENTION_COMMAND}, and remove it with: ${APPLY_COMMAND}`,
  );
}

/** What would be removed and why it is not; empty if the retention is not held. */
export function explainHold({ findings, decision }: RetentionOutcome): string {
  if (decision.kind !== 'held') return '';
  const { records, expired } = findings;
  const share = Math.round((100 * expired) / Math.max(records, 1));
  const what = `${expired} of ${records} records (${share} %) are from before ${isoTime(decision.cutoff)}`;
  return `${what}, ${REASONS[decision.reason](findings)}`;
}

const REASONS: Readonly<Record<HoldReason, (findings: RetentionFindings) => string>> = {
  'first-run': () => 'and no run was approved before that the clock could be compared with',
  'clock-advanced': ({ now, retentionMs, last }) =>
    `and the limit has moved on by ${days(now - retentionMs - (last?.cutoff ?? 0))} days since the last approved run`,
  'newest-expired': ({ newestAt }) =>
    `even the newest, which is from ${newestAt === undefined ? 'an unknown time' : isoTime(newestAt)}`,
};

function days(ms: number): number {
  return Math.round(ms / DAY_MS);
}

/** Also handles times outside the range of `Date`. */
export function isoTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString();
}
