import type { RetentionDecision, RetentionFindings } from '#domain';

/** A run of the retention: what it found, what was decided, and how many records it removed. */
export interface RetentionRun {
  readonly findings: RetentionFindings;
  readonly decision: RetentionDecision;
  readonly removed: number;
}
