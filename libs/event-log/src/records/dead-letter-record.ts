import type { NewRecord } from '../log-record.js';
import { originOf, type RecordOrigin } from './record-origin.js';
import { parseRecord, UnreadableRecordError } from './parse-record.js';

/** A request that was not accepted as an event, as a record of the log carries it. */
export interface DeadLetter {
  /** What it was meant to be. */
  readonly type: 'status' | 'contact' | 'personnel';
  /** Why it was not accepted, out of the catalogue of rejections. */
  readonly reason: string;
  /** The parameter at fault, or empty. */
  readonly field: string;
  readonly message: string;
  /** What would be right. */
  readonly description: string;
  /** The sending system where it could be read, else empty. */
  readonly systemId: string;
  /** When it was received, in milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  readonly remoteAddress: string;
  /** Size of the whole body; `bodyBase64` may hold only its beginning. */
  readonly bodyBytes: number;
  readonly bodyBase64: string;
  /** See {@link withOrigin}. */
  readonly origin?: RecordOrigin | undefined;
}

const VERSION = 1;

const TEXT_FIELDS = [
  'type',
  'reason',
  'field',
  'message',
  'description',
  'systemId',
  'remoteAddress',
  'bodyBase64',
] as const;

export function encodeDeadLetterRecord(letter: DeadLetter): NewRecord {
  return { key: letter.systemId, value: JSON.stringify({ v: VERSION, ...letter }) };
}

/** @throws UnreadableRecordError for anything that {@link encodeDeadLetterRecord} of a known version did not write. */
export function decodeDeadLetterRecord(value: string): DeadLetter {
  const record = parseRecord(value, VERSION);
  if (TEXT_FIELDS.some((field) => typeof record[field] !== 'string')) {
    throw new UnreadableRecordError('a text field of the dead letter is missing');
  }
  if (!Number.isSafeInteger(record['receivedAt']) || !Number.isSafeInteger(record['bodyBytes'])) {
    throw new UnreadableRecordError('a number of the dead letter is missing');
  }
  return { ...(record as unknown as DeadLetter), origin: originOf(record) };
}

/** The longest system id, in characters. */
const MAX_SYSTEM_ID_LENGTH = 256;
const UNPRINTABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * The system that a dead letter counts for: none (empty) where what was sent as its id could not be one, so that there
 * are no more systems, and no longer ids, than senders whose events could be accepted would have.
 */
export function countedSystemId(systemId: string): string {
  if (systemId.length > 2 * MAX_SYSTEM_ID_LENGTH || UNPRINTABLE.test(systemId)) return '';
  return [...systemId].length > MAX_SYSTEM_ID_LENGTH ? '' : systemId;
}
