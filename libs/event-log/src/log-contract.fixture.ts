import type { EventLog } from './event-log.js';
import type { EventReader } from './event-reader.js';
import type { NewRecord, StoredRecord } from './log-record.js';
import { Topic, type TopicName } from './topics.js';

/** How the suites open a log: `open` may be called again to reopen the same one, also while it is open. */
export interface EventLogUnderTest {
  open(): Promise<EventLog>;
  dispose(): Promise<void>;
}

/** Records of `keys` keys in turn, each with a value of its own. */
export function numberedRecords(count: number, keys = 5, label = 'v'): NewRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: `key-${i % keys}`,
    value: `key-${i % keys} ${label}${i}`,
  }));
}

/** The key of one of {@link numberedRecords}, also where the log does not store keys. */
export function keyOf({ value }: Pick<StoredRecord, 'value'>): string {
  return value.split(' ')[0]!;
}

/** Everything that the topic holds, partition by partition. */
export async function readAll(log: EventReader, topic: TopicName = Topic.status): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  for (const { partition, begin, end } of await log.offsets(topic)) {
    for (let offset = begin; offset < end;) {
      const page = await log.read(topic, partition, offset, 7);
      if (page.length === 0) throw new Error(`partition ${partition} ends at ${offset}, not at ${end}`);
      all.push(...page);
      offset = page.at(-1)!.offset + 1;
    }
  }
  return all;
}
