import { isoTime } from '#domain';
import type { DeadLetterResendRow, DeadLetterWithResends } from '#store';
import { isWhole, shownBody } from './dead-letter-body.js';
import { jsonFaultPosition } from './json-position.js';
import { explainDeadLetter } from './dead-letter-explanation.js';
import type { OpsLimits } from '../ops-ports.js';

/** Types of letters that can become events. */
export type EventType = 'status' | 'contact';

/** What a letter's body can be judged as, if as anything. */
export function eventTypeOf(type: string): EventType | undefined {
  return type === 'status' || type === 'contact' ? type : undefined;
}

/** Reasons of letters that are records of the log, not what somebody has posted. */
const RECORD_REASONS: ReadonlySet<string> = new Set(['unreadable_record', 'unprojectable']);

/** Whether a letter is a record of the log that could not be projected, and no post. */
export function isRecord({ reason }: Pick<DeadLetterWithResends, 'reason'>): boolean {
  return RECORD_REASONS.has(reason);
}

/** Whether a letter can be resent as it came. */
export function isResendable(letter: DeadLetterWithResends): boolean {
  return !isRecord(letter) && eventTypeOf(letter.type) !== undefined && isWhole(letter);
}

/** A letter as the operators' methods answer it; see `docs/semantics.md` 7. */
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
