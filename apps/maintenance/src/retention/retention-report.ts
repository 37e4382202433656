import { APPLY_COMMAND, explainHold, isoTime, type RetentionOutcome } from '#event-log';
import type { ExpiredMonth } from '#store';

/** Expired data in the log and the store, either of which may be out of reach. */
export interface FoundExpired {
  /** Absent on Kafka, which removes expired records by itself. */
  readonly log?: RetentionOutcome;
  /** Absent if the store follows what is decided for the log. */
  readonly store?: RetentionOutcome;
  /** `in use` if another process has opened the store. */
  readonly months: readonly ExpiredMonth[] | 'in use';
}

/** The expired or removed data, as the command prints it. */
export function reportOf(found: FoundExpired, isApplied: boolean): string {
  const outcome = found.log ?? found.store!;
  const { findings, decision } = outcome;
  const verb = isApplied ? 'Removed' : 'Found';
  return [
    `It is ${isoTime(findings.now)}. Data from before ${isoTime(decision.cutoff)} has expired.`,
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
    return ['The store is in use by the service, which removes expired months from it within the hour.'];
  }
  if (months.length === 0) return [`${verb} in the store: nothing. It is removed in whole months.`];
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
  if (isNothing) return ['Nothing has expired.'];
  return [`The service removes it by itself within the hour. To remove it now: ${APPLY_COMMAND}`];
}
