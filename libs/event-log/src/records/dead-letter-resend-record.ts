import type { NewRecord } from '../log-record.js';
import { parseRecord, UnreadableRecordError } from './parse-record.js';

/** What became of a dead letter that was sent again: `accepted` as an event, or `rejected` once more. */
export type ResendOutcome = 'accepted' | 'rejected';

/** The mark of a dead letter that was sent again, as a record of the log carries it. Times in milliseconds since the Unix epoch. */
export interface DeadLetterResend {
  /** Unique: the same mark may be in the log twice. */
  readonly resendId: string;
  readonly letterId: string;
  readonly letterReceivedAt: number;
  /** That of the letter. */
  readonly systemId: string;
  readonly resentAt: number;
  /** Who or what sent it again, as far as it is known. */
  readonly resentBy: string;
  /** Whether with another body than it came with. */
  readonly corrected: boolean;
  readonly outcome: ResendOutcome;
  /** Why it was rejected; empty otherwise, and so are the next three. */
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly description: string;
}

const VERSION = 1;
/** Tells these records from dead letters, with which they share a topic. */
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

/** Writes the record; its key keeps it in the partition of its letter. */
export function encodeDeadLetterResendRecord(resend: DeadLetterResend): NewRecord {
  return { key: resend.systemId, value: JSON.stringify({ v: VERSION, kind: KIND, ...resend }) };
}

/** Whether a record of the topic of dead letters is such a mark, whether or not it can be read. */
export function isDeadLetterResendRecord(value: string): boolean {
  return value.startsWith(`{"v":${VERSION},"kind":"${KIND}",`);
}

/** @throws UnreadableRecordError for anything that {@link encodeDeadLetterResendRecord} of a known version did not write. */
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
