import {
  UnreadableRecordError,
  type RecordOrigin,
  type PartitionLayout,
  type StoredRecord,
  type TopicName,
} from '#event-log';
import { NO_CHANGES, type DeadLetterRow, type ProjectionChanges } from '#store';
import { Activity } from '../accounting/activity.js';
import { unreadableRecord } from './dead-letter-topic-projection.js';
import { NOTHING, type Account } from '../accounting/partition-accounts.js';
import { positionOf, virtualPartitionOfPosition } from '../accounting/position.js';
import { SequenceLedger } from '../accounting/sequence-ledger.js';
import type { BatchProjection, TopicProjection } from '../runner/topic-projection.js';
import { accountForUnreadable } from './account-for-unreadable.js';

/** What every event has, whatever it reports. */
interface Received {
  readonly systemId: string;
  readonly receivedAt: number;
  readonly position: number;
}

/** An event, and where its record comes from. */
export interface Decoded<Event> {
  readonly event: Event;
  readonly origin: RecordOrigin | undefined;
}

/** How the events of one topic are read and what they change. */
export interface EventProjection<Event extends Received> {
  readonly topic: TopicName;
  /** The name of what the topic carries, for metrics and dead letters. */
  readonly type: string;
  /** @throws UnreadableRecordError */
  decode(record: StoredRecord, position: number): Decoded<Event>;
  /** The time that an event reports, if such events show that the system's platform is at work. */
  readonly actionTimeOf?: (event: Event) => number;
  /** @returns the changes, and the positions of the events that are repeats. */
  project(
    events: readonly Event[],
  ): Promise<Partial<ProjectionChanges> & { readonly repeats: readonly number[] }>;
  forget(): void;
}

/** Projects a topic of events; records that cannot be read go to the dead letters, and the partition goes on. */
export class EventTopicProjection<Event extends Received> implements TopicProjection {
  constructor(private readonly events: EventProjection<Event>) {}

  async project(records: readonly StoredRecord[], layout: PartitionLayout): Promise<BatchProjection> {
    const decoded: Decoded<Event>[] = [];
    const deadLetters: DeadLetterRow[] = [];
    const accounts = new Map<number, Counts>();
    const partitions = new Map<number, number>();
    const ledger = new SequenceLedger();
    for (const record of records) {
      const position = positionOf(record, layout);
      partitions.set(virtualPartitionOfPosition(position), record.partition);
      const unreadable = this.read(record, position, decoded, ledger);
      const counts = countsOf(accounts, record.partition);
      if (unreadable === undefined) counts.stored++;
      else {
        counts.deadLettered++;
        deadLetters.push(unreadable);
      }
    }
    const { repeats, ...changes } = await this.events.project(decoded.map(({ event }) => event));
    for (const position of repeats) {
      const partition = partitions.get(virtualPartitionOfPosition(position))!;
      const counts = countsOf(accounts, partition);
      counts.stored--;
      counts.repeats++;
    }
    accountForEvents(ledger, decoded, new Set(repeats));
    const activity = this.activityOf(decoded);
    return {
      changes: { ...NO_CHANGES, ...changes, deadLetters, activity, receipts: ledger.rows() },
      accounts,
    };
  }

  forget(): void {
    this.events.forget();
  }

  /** @returns the dead letter, if the record is not an event. */
  private read(
    record: StoredRecord,
    position: number,
    into: Decoded<Event>[],
    ledger: SequenceLedger,
  ): DeadLetterRow | undefined {
    try {
      into.push(this.events.decode(record, position));
      return undefined;
    } catch (error) {
      if (!(error instanceof UnreadableRecordError)) throw error;
      accountForUnreadable(record, ledger);
      return unreadableRecord(this.events.topic, this.events.type, record, error);
    }
  }

  private activityOf(decoded: readonly Decoded<Event>[]) {
    const { actionTimeOf } = this.events;
    if (actionTimeOf === undefined) return [];
    const activity = new Activity();
    for (const { event } of decoded) activity.add(event.systemId, event.receivedAt, actionTimeOf(event));
    return activity.rows();
  }
}

function accountForEvents(
  ledger: SequenceLedger,
  decoded: readonly Decoded<Received>[],
  repeats: ReadonlySet<number>,
): void {
  for (const { event, origin } of decoded) {
    if (origin === undefined) continue;
    const outcome = repeats.has(event.position) ? 'repeats' : 'stored';
    ledger.add(event.systemId, origin, event.receivedAt, outcome);
  }
}

type Counts = { -readonly [Name in keyof Account]: Account[Name] };

function countsOf(accounts: Map<number, Counts>, partition: number): Counts {
  let counts = accounts.get(partition);
  if (counts === undefined) accounts.set(partition, (counts = { ...NOTHING }));
  return counts;
}
