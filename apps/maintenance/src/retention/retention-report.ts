import { APPLY_COMMAND, explainHold, isoTime, type RetentionOutcome } from '#event-log';
import type { ExpiredMonth } from '#store';

/** What was found in the two places; each may be out of reach. */
export interface FoundExpired {
  /** Absent where Kafka has the log, and removes what is too old by itself. */
  readonly log?: RetentionOutcome;
  /** Absent if the decision is made for the log, which the store follows. */
  readonly store?: RetentionOutcome;
  /** `in use` if another process has opened the store. */
  readonly months: readonly ExpiredMonth[] | 'in use';
}

/** What is older than the retention, or what was removed of it, as the command prints it. */
export function reportOf(found: FoundExpired, isApplied: boolean): string {
  const outcome = found.log ?? found.store!;
  const { findings, decision } = outcome;
  const verb = isApplied ? 'Removed' : 'Found';
  return [
    `It is ${isoTime(findings.now)}. What is from before ${isoTime(decision.cutoff)} is older than the retention.`,
    ...(found.log === undefined
      ? []
      : [`${verb} in the event log: ${findings.expired} of ${findings.records} records.`]),
    ...storeLines(found.months, verb),
    ...closingLines(outcome, found.months, isApplied),
    '',
  ].join('\n');
}

function storeLines(months: FoundExpired['months'], verb: string): string[] {
  if (months === 'in use') {
    return ['The store is in use by the service, which removes what is too old there within the hour.'];
  }
  if (months.length === 0) return [`${verb} in the store: nothing; it removes whole months.`];
  return months.map(
    ({ table, month, rows }) => `${verb} in the store: ${table}, month ${month}, ${rows} rows.`,
  );
}

function closingLines(
  outcome: RetentionOutcome,
  months: FoundExpired['months'],
  isApplied: boolean,
): string[] {
  if (isApplied) return [];
  const { decision, findings } = outcome;
  if (decision.kind === 'held') {
    return [
      `The service does not remove it by itself: ${explainHold(outcome)}.`,
      `To remove it: ${APPLY_COMMAND}`,
    ];
  }
  const isNothing = findings.expired === 0 && months.length === 0;
  if (isNothing) return ['There is nothing to do.'];
  return [`The service removes it by itself within the hour. To remove it now: ${APPLY_COMMAND}`];
}
