import type { NewRecord } from '../log-record.js';
import { parseRecord, UnreadableRecordError } from './parse-record.js';

/** The result of resending a dead letter: `accepted` as an event, or `rejected` again. */
export type ResendOutcome = 'accepted' | 'rejected';

/** The content of a record that marks a dead letter as resent. Times are in milliseconds since the Unix epoch. */
export interface DeadLetterResend {
  /** Unique, since the same mark may be in the log twice. */
  readonly resendId: string;
  readonly letterId: string;
  readonly letterReceivedAt: number;
  /** The system of the letter. */
  readonly systemId: string;
  readonly resentAt: number;
  /** The user or program that resent it, if known. */
  readonly resentBy: string;
  /** Whether its body was changed before. */
  readonly corrected: boolean;
  readonly outcome: ResendOutcome;
  /** Why it was rejected. Empty if it was accepted, like the next three. */
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly description: string;
}

const VERSION = 1;
/** Distinguishes these records from dead letters, which share their topic. */
const KIND = 'resend';

const TEXT_FIELDS = [
  'resendId',
  'letterId',
  'systemId',
  'resentBy',
  'reason',
  'field',
  'message',
  'description',
] as const;

/** Encodes the record. Its key keeps it in the partition of its letter. */
export function encodeDeadLetterResendRecord(resend: DeadLetterResend): NewRecord {
  return { key: resend.systemId, value: JSON.stringify({ v: VERSION, kind: KIND, ...resend }) };
}

/** Whether a record of the topic of dead letters is such a mark, even if it cannot be decoded. */
export function isDeadLetterResendRecord(value: string): boolean {
  return value.startsWith(`{"v":${VERSION},"kind":"${KIND}",`);
}

/**
 * @throws UnreadableRecordError for anything that {@link encodeDeadLetterResendRecord} did not write in a known
 *   version.
 */
export function decodeDeadLetterResendRecord(value: string): DeadLetterResend {
  const record = parseRecord(value, VERSION);
  const { letterReceivedAt, resentAt, corrected, outcome } = record;
  if (
    record['kind'] !== KIND ||
    TEXT_FIELDS.some((field) => typeof record[field] !== 'string') ||
    !Number.isSafeInteger(letterReceivedAt) ||
    !Number.isSafeInteger(resentAt) ||
    typeof corrected !== 'boolean' ||
    (outcome !== 'accepted' && outcome !== 'rejected')
  ) {
    throw new UnreadableRecordError('a field of the resend of a dead letter is missing or of another type');
  }
  return record as unknown as DeadLetterResend;
}
