import fc from 'fast-check';
import {
  decodeContactRecord,
  decodeDeadLetterRecord,
  decodeDeadLetterResendRecord,
  decodePersonnelRecord,
  decodeStatusRecord,
  encodeContactRecord,
  encodeDeadLetterRecord,
  encodeDeadLetterResendRecord,
  encodePersonnelRecord,
  encodeStatusRecord,
  withOrigin,
  type NewRecord,
  type RecordOrigin,
} from '#event-log';
import {
  anyAcceptedContact,
  anyAcceptedDirectory,
  anyAcceptedStatus,
  anyDeadLetter,
  anyDeadLetterResend,
} from './record.arbitrary.js';

/** How a message of the topics is encoded and decoded. */
export interface RecordCodec {
  readonly message: string;
  /** Records as the service writes them, without origin. */
  readonly written: fc.Arbitrary<NewRecord>;
  readonly hasOrigin: boolean;
  decode(value: string): unknown;
  /** Encodes what `decode` returned. */
  encode(decoded: never): NewRecord;
}

const anyReceivedAt = fc.nat();

/** The codecs of all messages but layout records, which are plain JSON. */
export const RECORD_CODECS: readonly RecordCodec[] = [
  {
    message: 'statusEvent',
    written: fc.record({ event: anyAcceptedStatus, receivedAt: anyReceivedAt }).map(encodeStatusRecord),
    hasOrigin: true,
    decode: decodeStatusRecord,
    encode: encodeStatusRecord,
  },
  {
    message: 'contactEvent',
    written: fc.record({ event: anyAcceptedContact, receivedAt: anyReceivedAt }).map(encodeContactRecord),
    hasOrigin: true,
    decode: decodeContactRecord,
    encode: encodeContactRecord,
  },
  {
    message: 'directory',
    written: fc
      .record({
        systemId: anyAcceptedStatus.map(({ systemId }) => systemId),
        receivedAt: anyReceivedAt,
        directory: anyAcceptedDirectory,
      })
      .map(encodePersonnelRecord),
    hasOrigin: true,
    decode: decodePersonnelRecord,
    encode: encodePersonnelRecord,
  },
  {
    message: 'deadLetter',
    written: anyDeadLetter.map(encodeDeadLetterRecord),
    hasOrigin: true,
    decode: decodeDeadLetterRecord,
    encode: encodeDeadLetterRecord,
  },
  {
    message: 'deadLetterResend',
    written: anyDeadLetterResend.map(encodeDeadLetterResendRecord),
    hasOrigin: false,
    decode: decodeDeadLetterResendRecord,
    encode: encodeDeadLetterResendRecord,
  },
];

/** The record with the origin, if there is one. */
export function originated(record: NewRecord, origin: RecordOrigin | undefined): NewRecord {
  return origin === undefined ? record : withOrigin(record, origin);
}
