import { randomUUID } from 'node:crypto';
import { ApiError, noData } from '#edge';
import { encodeDeadLetterResendRecord } from '#event-log';
import type { DeadLetterStore, DeadLetterWithResends } from '#store';
import { eventTypeOf, isRecord, isResendable, type EventType } from './dead-letter-answer.js';
import { SHOWN_BODY_BYTES } from './dead-letter-body.js';
import { NOT_PERMITTED, type ReceivedBody, type Refusal, type Resubmitting } from '../ops-ports.js';

export interface ResendRequest {
  readonly id: string;
  /** The systems that whoever asks may see, all if `undefined`. */
  readonly systems: readonly string[] | undefined;
  /** The corrected body; as it came if `undefined`. */
  readonly body: ReceivedBody | undefined;
  /** Who or what asks. */
  readonly by: string;
}

/** What became of a letter that was sent again. */
export interface ResendResult {
  readonly resendId: string;
  readonly corrected: boolean;
  /** Why it was rejected once more, if it was. */
  readonly refusal: Refusal | undefined;
}

/**
 * Sends dead letters again. The event is appended before the mark: a crash between them leaves a letter that seems not to
 * have been resent, and to resend it once more is harmless, since the event is the same.
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
    const asItCame = Buffer.from(letter.bodyBase64, 'base64');
    const corrected = body !== undefined && !(isResendable(letter) && asItCame.equals(body.bytes));
    if (!corrected) requireWhole(letter);
    const submitted = corrected ? body : { bytes: asItCame, size: asItCame.length, tooLarge: false };
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

/** 404: the id is unknown, or not that of a letter that may be seen. */
export function noSuchLetter(id: string): ApiError {
  return noData(`There is no dead letter ${id}. They are kept for RETENTION_DAYS.`);
}

function requireEventType({ type }: DeadLetterWithResends): EventType {
  const known = eventTypeOf(type);
  if (known !== undefined) return known;
  throw new ApiError(409, {
    field: '',
    message: `a letter of the type ${type} cannot be resent`,
    description:
      'Only what was meant to be a status or a contact event can. Send others to their own method.',
  });
}

function requireWhole(letter: DeadLetterWithResends): void {
  if (isResendable(letter)) return;
  const { keptBytes, bodyBytes } = letter;
  throw new ApiError(409, {
    field: '',
    message: isRecord(letter)
      ? 'the letter is a record of the log and no post'
      : `only the first ${keptBytes} of the letter's ${bodyBytes} bytes are kept`,
    description: 'It cannot be resent as it is. Send the corrected event as the body of this request.',
  });
}

function forbidden({ field, message, description }: Refusal): ApiError {
  return new ApiError(403, { field, message, description });
}

const NO_LOG = new ApiError(503, {
  field: '',
  message: 'not connected to the event log',
  description:
    'This process has no event log to write to: set KAFKA_BROKERS as for receivers, or ask the process that takes events.',
});
