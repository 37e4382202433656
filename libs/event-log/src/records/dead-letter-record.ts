import type { NewRecord } from '../log-record.js';
import { originOf, type RecordOrigin } from './record-origin.js';
import { parseRecord, UnreadableRecordError } from './parse-record.js';

/** The content of a dead letter: a request that was not accepted as an event. */
export interface DeadLetter {
  /** The kind of event that it was meant to be. */
  readonly type: 'status' | 'contact' | 'personnel';
  /** Why it was rejected: a reason of the catalogue of rejections. */
  readonly reason: string;
  /** The parameter at fault, or empty. */
  readonly field: string;
  readonly message: string;
  /** What a correct value would be. */
  readonly description: string;
  /** The sending system, or empty if it could not be read. */
  readonly systemId: string;
  /** When it was received, in milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  readonly remoteAddress: string;
  /** Size of the whole body. `bodyBase64` may contain only its beginning. */
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

/** @throws UnreadableRecordError for anything that {@link encodeDeadLetterRecord} did not write in a known version. */
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
 * The system that a dead letter is counted under. Empty if the sent id could not be one, so that dead letters cannot
 * cause more systems, or longer ids, than accepted events could.
 */
export function countedSystemId(systemId: string): string {
  if (systemId.length > 2 * MAX_SYSTEM_ID_LENGTH || UNPRINTABLE.test(systemId)) return '';
  return [...systemId].length > MAX_SYSTEM_ID_LENGTH ? '' : systemId;
}
