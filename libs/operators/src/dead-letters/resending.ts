import { randomUUID } from 'node:crypto';
import { ApiError, noData } from '#edge';
import { encodeDeadLetterResendRecord } from '#event-log';
import type { DeadLetterStore, DeadLetterWithResends } from '#store';
import { eventTypeOf, isRecord, isResendable, type EventType } from './dead-letter-answer.js';
import { SHOWN_BODY_BYTES } from './dead-letter-body.js';
import { NOT_PERMITTED, type ReceivedBody, type Refusal, type Resubmitting } from '../ops-ports.js';

export interface ResendRequest {
  readonly id: string;
  /** The systems that the requester may see; all if `undefined`. */
  readonly systems: readonly string[] | undefined;
  /** The corrected body; `undefined` to resend the dead letter unchanged. */
  readonly body: ReceivedBody | undefined;
  /** Who or what resends it. */
  readonly by: string;
}

/** The outcome of resending a dead letter. */
export interface ResendResult {
  readonly resendId: string;
  readonly corrected: boolean;
  /** Why it was rejected again, if it was. */
  readonly refusal: Refusal | undefined;
}

/**
 * Resends dead letters. The event is appended before the mark: after a crash between them, the dead letter does not
 * show the attempt, but resending it once more is harmless, since the event is the same.
 */
export class Resending {
  constructor(
    private readonly letters: DeadLetterStore,
    private readonly resubmitting: Resubmitting | undefined,
    private readonly now: () => number,
  ) {}

  /**
   * @throws ApiError 403, 404, 409 or 503.
   * @throws LogUnavailableError if neither event nor mark was written.
   */
  async resend({ id, systems, body, by }: ResendRequest): Promise<ResendResult> {
    if (this.resubmitting === undefined) throw NO_LOG;
    const letter = await this.letters.deadLetter(id, systems, SHOWN_BODY_BYTES);
    if (letter === undefined) throw noSuchLetter(id);
    const type = requireEventType(letter);
    const original = Buffer.from(letter.bodyBase64, 'base64');
    const corrected = body !== undefined && !(isResendable(letter) && original.equals(body.bytes));
    if (!corrected) requireWhole(letter);
    const submitted = corrected ? body : { bytes: original, size: original.length, tooLarge: false };
    const refusal = await this.resubmitting.submit(type, submitted, systems);
    if (refusal?.reason === NOT_PERMITTED) throw forbidden(refusal);
    const resendId = randomUUID();
    await this.mark(this.resubmitting, letter, { resendId, corrected, refusal }, by);
    return { resendId, corrected, refusal };
  }

  private async mark(
    { mark }: Resubmitting,
    letter: DeadLetterWithResends,
    { resendId, corrected, refusal }: ResendResult,
    by: string,
  ): Promise<void> {
    const { reason, field, message, description } = refusal ?? NO_REFUSAL;
    const record = encodeDeadLetterResendRecord({
      resendId,
      letterId: letter.id,
      letterReceivedAt: letter.receivedAt,
      systemId: letter.systemId,
      resentAt: this.now(),
      resentBy: by,
      corrected,
      outcome: refusal === undefined ? 'accepted' : 'rejected',
      reason,
      field,
      message,
      description,
    });
    await mark(record);
  }
}

const NO_REFUSAL: Refusal = { reason: '', field: '', message: '', description: '' };

/** 404: the id is unknown, or belongs to a dead letter that the key must not see. */
export function noSuchLetter(id: string): ApiError {
  return noData(`There is no dead letter ${id}. Dead letters are kept for RETENTION_DAYS.`);
}

function requireEventType({ type }: DeadLetterWithResends): EventType {
  const known = eventTypeOf(type);
  if (known !== undefined) return known;
  throw new ApiError(409, {
    field: '',
    message: `a dead letter of the type ${type} cannot be resent`,
    description: 'Only status and contact events can be resent. Send other messages to their own method.',
  });
}

function requireWhole(letter: DeadLetterWithResends): void {
  if (isResendable(letter)) return;
  const { keptBytes, bodyBytes } = letter;
  throw new ApiError(409, {
    field: '',
    message: isRecord(letter)
      ? 'the dead letter is a record of the log, not a post'
      : `only the first ${keptBytes} of the ${bodyBytes} bytes of the dead letter were stored`,
    description: 'It cannot be resent unchanged. Send the corrected event as the body of this request.',
  });
}

function forbidden({ field, message, description }: Refusal): ApiError {
  return new ApiError(403, { field, message, description });
}

const NO_LOG = new ApiError(503, {
  field: '',
  message: 'not connected to the event log',
  description:
    'This process has no event log to write to: set KAFKA_BROKERS as for receivers, or use the process that receives events.',
});
