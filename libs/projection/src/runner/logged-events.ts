import type { ContactEvent, StatusEvent } from '#domain';
import {
  decodeContactRecord,
  decodeStatusRecord,
  Topic,
  UnreadableRecordError,
  type EventReader,
  type StoredRecord,
  type TopicName,
} from '#event-log';
import type { LoggedEvents } from '#store';

/** How far to read the log. */
export interface LoggedUntil {
  /** Leaves out later records, which may not be in the store yet; in milliseconds since the Unix epoch. */
  readonly appendedBefore?: number;
  /** The offset of the partition's next record to project, where that is known; 0 if none was projected. */
  readonly projectedUntil?: (topic: TopicName, partition: number) => number;
}

/** While projectors run, an event of the log is expected in the store after this time. */
export const SURELY_PROJECTED_MS = 10 * 60_000;

const RECORDS_PER_READ = 5_000;

/** All status and contact events of the log, up to the given limits. Unreadable records are left out. */
export async function* loggedEvents(log: EventReader, until: LoggedUntil): AsyncGenerator<LoggedEvents> {
  for await (const records of recordsOf(log, Topic.status, until)) {
    yield { kind: 'status', events: readable(records, statusOf) };
  }
  for await (const records of recordsOf(log, Topic.contact, until)) {
    yield { kind: 'contact', events: readable(records, contactOf) };
  }
}

async function* recordsOf(
  log: EventReader,
  topic: TopicName,
  { appendedBefore = Infinity, projectedUntil }: LoggedUntil,
): AsyncGenerator<readonly StoredRecord[]> {
  for (const { partition, begin, end } of await log.offsets(topic)) {
    const last = Math.min(end, projectedUntil?.(topic, partition) ?? end);
    for (let offset = begin; offset < last;) {
      const batch = await log.read(topic, partition, offset, Math.min(RECORDS_PER_READ, last - offset));
      const wanted = batch.filter((record) => record.offset < last && record.appendedAt < appendedBefore);
      if (wanted.length > 0) yield wanted;
      if (batch.length === 0 || wanted.length < batch.length) break;
      offset = batch.at(-1)!.offset + 1;
    }
  }
}

const statusOf = ({ value }: StoredRecord): StatusEvent => decodeStatusRecord(value).event;
const contactOf = ({ value }: StoredRecord): ContactEvent => decodeContactRecord(value).event;

function readable<Event>(
  records: readonly StoredRecord[],
  eventOf: (record: StoredRecord) => Event,
): Event[] {
  return records.flatMap((record) => {
    try {
      return [eventOf(record)];
    } catch (error) {
      if (error instanceof UnreadableRecordError) return [];
      throw error;
    }
  });
}
