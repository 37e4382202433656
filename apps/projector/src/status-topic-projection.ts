import { decodeStatusRecord, Topic, UnreadableRecordError, type StoredRecord } from '#event-log';
import type { DeadLetterRow, ReceivedStatusEvent } from '#store';
import { unreadableRecord } from './dead-letter-topic-projection.js';
import { NOTHING, sum, type Account } from './partition-accounts.js';
import { positionOf } from './position.js';
import type { StatusProjection } from './status-projection.js';
import { NO_CHANGES, type BatchProjection, type TopicProjection } from './topic-projection.js';

/** Projects `wfm.status.v1`: the events onto their timelines, unreadable records to the dead letters. */
export class StatusTopicProjection implements TopicProjection {
  constructor(private readonly projection: StatusProjection) {}

  async project(records: readonly StoredRecord[]): Promise<BatchProjection> {
    const events: ReceivedStatusEvent[] = [];
    const deadLetters: DeadLetterRow[] = [];
    const accounts = new Map<number, Account>();
    for (const record of records) {
      const decoded = decode(record);
      const readable = 'position' in decoded;
      if (readable) events.push(decoded);
      else deadLetters.push(decoded);
      count(
        accounts,
        record.partition,
        readable ? { ...NOTHING, stored: 1 } : { ...NOTHING, deadLettered: 1 },
      );
    }
    const { repeats, ...changes } = await this.projection.project(events);
    for (const [partition, count_] of repeats) {
      count(accounts, partition, { ...NOTHING, stored: -count_, repeats: count_ });
    }
    return { changes: { ...NO_CHANGES, ...changes, deadLetters }, accounts };
  }

  forget(): void {
    this.projection.forget();
  }
}

function decode(record: StoredRecord): ReceivedStatusEvent | DeadLetterRow {
  try {
    const { event, receivedAt } = decodeStatusRecord(record.value);
    return { ...event, receivedAt, position: positionOf(record) };
  } catch (error) {
    if (error instanceof UnreadableRecordError)
      return unreadableRecord(Topic.status, 'status', record, error);
    throw error;
  }
}

function count(accounts: Map<number, Account>, partition: number, change: Account): void {
  accounts.set(partition, sum(accounts.get(partition) ?? NOTHING, change));
}
