import { UnreadableRecordError, type PartitionLayout, type StoredRecord, type TopicName } from '#event-log';
import { NO_CHANGES, type DeadLetterRow, type ProjectionChanges } from '#store';
import { unreadableRecord } from './dead-letter-topic-projection.js';
import { NOTHING, sum, type Account } from './partition-accounts.js';
import { positionOf, virtualPartitionOfPosition } from './position.js';
import type { BatchProjection, TopicProjection } from './topic-projection.js';

/** How the events of one topic are read and what they change. */
export interface EventProjection<Event> {
  readonly topic: TopicName;
  /** The name of what the topic carries, for metrics and dead letters. */
  readonly type: string;
  /** @throws UnreadableRecordError */
  decode(record: StoredRecord, position: number): Event;
  /** What the events change, and how many of each virtual partition are repeats. */
  project(
    events: readonly Event[],
  ): Promise<Partial<ProjectionChanges> & { readonly repeats: ReadonlyMap<number, number> }>;
  forget(): void;
}

/** Projects a topic of events; records that cannot be read go to the dead letters, and the partition goes on. */
export class EventTopicProjection<Event> implements TopicProjection {
  constructor(private readonly events: EventProjection<Event>) {}

  async project(records: readonly StoredRecord[], layout: PartitionLayout): Promise<BatchProjection> {
    const events: Event[] = [];
    const deadLetters: DeadLetterRow[] = [];
    const accounts = new Map<number, Account>();
    const partitions = new Map<number, number>();
    for (const record of records) {
      const position = positionOf(record, layout);
      partitions.set(virtualPartitionOfPosition(position), record.partition);
      const unreadable = this.read(record, position, events);
      if (unreadable !== undefined) deadLetters.push(unreadable);
      const outcome = unreadable === undefined ? { stored: 1 } : { deadLettered: 1 };
      count(accounts, record.partition, { ...NOTHING, ...outcome });
    }
    const { repeats, ...changes } = await this.events.project(events);
    for (const [virtual, repeated] of repeats) {
      count(accounts, partitions.get(virtual)!, { ...NOTHING, stored: -repeated, repeats: repeated });
    }
    return { changes: { ...NO_CHANGES, ...changes, deadLetters }, accounts };
  }

  forget(): void {
    this.events.forget();
  }

  /** @returns the dead letter, if the record is not an event. */
  private read(record: StoredRecord, position: number, into: Event[]): DeadLetterRow | undefined {
    try {
      into.push(this.events.decode(record, position));
      return undefined;
    } catch (error) {
      if (!(error instanceof UnreadableRecordError)) throw error;
      return unreadableRecord(this.events.topic, this.events.type, record, error);
    }
  }
}

function count(accounts: Map<number, Account>, partition: number, change: Account): void {
  accounts.set(partition, sum(accounts.get(partition) ?? NOTHING, change));
}
