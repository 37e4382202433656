import type { StoreConnection } from '../connection/connection.js';
import { timestamp } from '../connection/timestamp.js';
import { insertByMonth } from '../connection/insert-by-month.js';
import type { DeadLetterResendRow, DeadLetterRow, ProjectionChanges } from './projection-store.js';

/** Writes dead letters and the attempts to resend them. */
export async function writeDeadLetters(
  connection: StoreConnection,
  database: string,
  { deadLetters, deadLetterResends }: ProjectionChanges,
): Promise<void> {
  await insertByMonth(connection, `${database}.dead_letters`, LETTER_COLUMNS, {
    items: deadLetters,
    timeOf: ({ receivedAt }) => receivedAt,
    rowOf: letterValues,
  });
  await insertByMonth(connection, `${database}.dead_letter_resends`, RESEND_COLUMNS, {
    items: deadLetterResends,
    timeOf: ({ letterReceivedAt }) => letterReceivedAt,
    rowOf: resendValues,
  });
}

const LETTER_COLUMNS = [
  'id',
  'received_at',
  'type',
  'reason',
  'field',
  'message',
  'description',
  'system_id',
  'remote_address',
  'body_bytes',
  'body_base64',
] as const satisfies readonly string[];

const letterValues = (letter: DeadLetterRow) => [
  letter.id,
  timestamp(letter.receivedAt),
  letter.type,
  letter.reason,
  letter.field,
  letter.message,
  letter.description,
  letter.systemId,
  letter.remoteAddress,
  letter.bodyBytes,
  letter.bodyBase64,
];

const RESEND_COLUMNS = [
  'letter_id',
  'resend_id',
  'letter_received_at',
  'system_id',
  'resent_at',
  'resent_by',
  'is_corrected',
  'outcome',
  'reason',
  'field',
  'message',
  'description',
] as const satisfies readonly string[];

const resendValues = (resend: DeadLetterResendRow) => [
  resend.letterId,
  resend.resendId,
  timestamp(resend.letterReceivedAt),
  resend.systemId,
  timestamp(resend.resentAt),
  resend.resentBy,
  resend.corrected ? 1 : 0,
  resend.outcome,
  resend.reason,
  resend.field,
  resend.message,
  resend.description,
];
