import type { RetentionDecision, RetentionFindings } from '#domain';

/** A run of the retention: its findings, the decision, and how many records it removed. */
export interface RetentionRun {
  readonly findings: RetentionFindings;
  readonly decision: RetentionDecision;
  readonly removed: number;
}
