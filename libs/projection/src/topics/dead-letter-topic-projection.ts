import {
  countedSystemId,
  decodeDeadLetterRecord,
  decodeDeadLetterResendRecord,
  isDeadLetterResendRecord,
  Topic,
  UnreadableRecordError,
  type StoredRecord,
} from '#event-log';
import { Activity } from '../accounting/activity.js';
import { SequenceLedger } from '../accounting/sequence-ledger.js';
import { accountForUnreadable } from './account-for-unreadable.js';
import { NO_CHANGES, type DeadLetterResendRow, type DeadLetterRow } from '#store';
import { NOTHING, sum, type Account } from '../accounting/partition-accounts.js';
import type { BatchProjection, TopicProjection } from '../runner/topic-projection.js';

/** Projects `wfm.dead-letter.v1`. Each record is a dead letter, or marks one as sent again. */
export class DeadLetterTopicProjection implements TopicProjection {
  async project(records: readonly StoredRecord[]): Promise<BatchProjection> {
    const deadLetters: DeadLetterRow[] = [];
    const deadLetterResends: DeadLetterResendRow[] = [];
    const accounts = new Map<number, Account>();
    const ledger = new SequenceLedger();
    const activity = new Activity();
    for (const record of records) {
      const decoded = decode(record, ledger, activity);
      if ('resend' in decoded) {
        deadLetterResends.push(decoded.resend);
        continue;
      }
      deadLetters.push(decoded.letter);
      const account = accounts.get(record.partition) ?? NOTHING;
      accounts.set(record.partition, sum(account, { ...NOTHING, deadLettered: 1 }));
    }
    const changes = {
      ...NO_CHANGES,
      deadLetters,
      deadLetterResends,
      activity: activity.rows(),
      receipts: ledger.rows(),
    };
    return { changes, accounts };
  }

  forget(): void {}
}

/** The dead letter of a record that cannot be read. It keeps the whole record, and the partition goes on. */
export function unreadableRecord(
  topic: string,
  type: string,
  record: StoredRecord,
  error: UnreadableRecordError,
): DeadLetterRow {
  return {
    ...deadLetterOfRecord(topic, type, record),
    reason: 'unreadable_record',
    message: error.message,
    description: `Something wrote a record to ${topic} that this version cannot read.`,
  };
}

/** A dead letter of a record that was accepted and cannot be projected; all but the reason. */
export function deadLetterOfRecord(topic: string, type: string, record: StoredRecord) {
  const body = Buffer.from(record.value);
  return {
    id: letterId(topic, record),
    receivedAt: record.appendedAt,
    type,
    field: '',
    systemId: '',
    remoteAddress: '',
    bodyBytes: body.length,
    bodyBase64: body.toString('base64'),
  };
}

type Decoded = { readonly letter: DeadLetterRow } | { readonly resend: DeadLetterResendRow };

function decode(record: StoredRecord, ledger: SequenceLedger, activity: Activity): Decoded {
  const { value } = record;
  try {
    if (isDeadLetterResendRecord(value)) return { resend: decodeDeadLetterResendRecord(value) };
    const { origin, ...letter } = decodeDeadLetterRecord(value);
    const systemId = countedSystemId(letter.systemId);
    if (origin !== undefined) ledger.add(systemId, origin, letter.receivedAt, 'deadLettered');
    if (systemId !== '') activity.add(systemId, letter.receivedAt, undefined);
    return { letter: { ...letter, id: letterId(Topic.deadLetter, record) } };
  } catch (error) {
    if (!(error instanceof UnreadableRecordError)) throw error;
    accountForUnreadable(record, ledger);
    return { letter: unreadableRecord(Topic.deadLetter, 'unknown', record, error) };
  }
}

function letterId(topic: string, { partition, offset }: StoredRecord): string {
  return `${topic}-${partition}-${offset}`;
}
