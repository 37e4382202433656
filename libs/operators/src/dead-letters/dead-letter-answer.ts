import type { DeadLetterResendRow, DeadLetterWithResends } from '#store';
import { isWhole, shownBody } from './dead-letter-body.js';
import { isoTime } from '#edge';
import { jsonFaultPosition } from './json-position.js';
import { explainDeadLetter } from './dead-letter-explanation.js';
import type { OpsLimits } from '../ops-ports.js';

/** Types of dead letters that can become events. */
export type EventType = 'status' | 'contact';

/** The event type that a dead letter can be validated as, if any. */
export function eventTypeOf(type: string): EventType | undefined {
  return type === 'status' || type === 'contact' ? type : undefined;
}

/** Reasons of dead letters that are records of the log rather than posts. */
const RECORD_REASONS: ReadonlySet<string> = new Set(['unreadable_record', 'unprojectable']);

/** Whether a dead letter is a record of the log that could not be projected, rather than a post. */
export function isRecord({ reason }: Pick<DeadLetterWithResends, 'reason'>): boolean {
  return RECORD_REASONS.has(reason);
}

/** Whether a dead letter can be resent unchanged. */
export function isResendable(letter: DeadLetterWithResends): boolean {
  return !isRecord(letter) && eventTypeOf(letter.type) !== undefined && isWhole(letter);
}

/** A dead letter for the operators' methods; see `docs/semantics.md` 7. */
export function letterAnswer(letter: DeadLetterWithResends, limits: OpsLimits) {
  const { id, type, reason, field, message, description, systemId, remoteAddress } = letter;
  const shown = shownBody(letter);
  const isText = reason === 'malformed' && shown.body !== undefined && !shown.bodyTruncated;
  const position = isText ? jsonFaultPosition(shown.body.replace(/^\ufeff/, '')) : undefined;
  return {
    id,
    receivedAt: isoTime(letter.receivedAt),
    type,
    reason,
    field,
    message,
    description,
    explanation: explainDeadLetter({ letter, shown, position, limits }),
    systemId,
    remoteAddress,
    ...shown,
    ...(position === undefined ? {} : { position }),
    resendable: isResendable(letter),
    resends: letter.resends.map(resendAnswer),
  };
}

function resendAnswer({ outcome, reason, field, message, description, ...resend }: DeadLetterResendRow) {
  return {
    resentAt: isoTime(resend.resentAt),
    resentBy: resend.resentBy,
    corrected: resend.corrected,
    outcome,
    ...(outcome === 'accepted' ? {} : { reason, field, message, description }),
  };
}
