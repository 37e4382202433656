import { Topic, type StoredRecord, type TopicName } from '#event-log';
import type { DeadLetterRow, ProjectedPosition, ProjectionChanges } from '#store';
import { virtualPartitionOfPosition } from '#projection';
import type { SimulatedLog } from './simulated-log.js';
import type { SimulatedStore } from './simulated-projection-store.js';

/** What is known about a store besides its tables; copied and restored with them. */
export interface StoreTruth {
  readonly origins: ReadonlyMap<string, StoredRecord>;
  readonly unfinished: ReadonlyMap<string, number>;
  readonly skipped: ReadonlySet<StoredRecord>;
}

export interface Removal {
  readonly topic: TopicName;
  readonly record: StoredRecord;
  /** How long it was in the log, by a correct clock. */
  readonly ageMs: number;
  /** How long it had to stay there. */
  readonly leastAgeMs: number;
}

/** The record that a row was made from. */
interface Place {
  readonly topic: TopicName;
  readonly partition: number;
  readonly offset: number;
}

const NOTHING: StoreTruth = { origins: new Map(), unfinished: new Map(), skipped: new Set() };

/** Which records of which histories the store has, and which it need not have, as only an observer of everything can know. */
export class GroundTruth {
  /** What the retention has removed. */
  readonly removals: Removal[] = [];
  /** By partition, the record before the store's position. Records are compared by identity, so it stands for its history. */
  private origins = new Map<string, StoredRecord>();
  /** By partition, the greatest offset of a record that has rows but lies beyond the store's position. */
  private unfinished = new Map<string, number>();
  /** Records that were removed before the store had them. */
  private skipped = new Set<StoredRecord>();

  constructor(
    private readonly log: SimulatedLog,
    private readonly store: SimulatedStore,
  ) {}

  rowsWritten(kind: keyof ProjectionChanges, rows: readonly unknown[]): void {
    if (kind === 'positions') this.positionsWritten(rows as readonly ProjectedPosition[]);
    else for (const place of placesOf(kind, rows)) this.rowWritten(place);
  }

  recordsRemoved(topic: TopicName, records: readonly StoredRecord[], leastAgeMs: number): void {
    for (const record of records) {
      const ageMs = this.log.ageOf(record);
      this.removals.push({ topic, record, ageMs, leastAgeMs });
      if (record.offset >= this.positionOf(topic, record.partition)) this.skipped.add(record);
    }
  }

  /** Whether a record was removed before the store had it. */
  isSkipped(record: StoredRecord): boolean {
    return this.skipped.has(record);
  }

  /** Whether the store has rows of records beyond its positions, or may get some at any moment. */
  get isWriting(): boolean {
    if ([...this.store.writers].some(({ process }) => process.isAlive)) return true;
    for (const [place, offset] of this.unfinished) {
      const [topic, partition] = place.split(' ') as [TopicName, string];
      if (this.positionOf(topic, Number(partition)) > offset) this.unfinished.delete(place);
    }
    return this.unfinished.size > 0;
  }

  /** The topics of which the store has records that the log lacks at their offsets, or rows made by other rules. */
  strangers(rules: string): Set<string> {
    const strangers = new Set<string>();
    for (const [place, record] of this.origins) {
      const [topic] = place.split(' ') as [TopicName];
      if (!this.isInLog(topic, record)) strangers.add(topic);
      const position = this.store.tables.position(topic, record.partition, this.log.identity(topic));
      if (position !== undefined && position.rules !== rules) strangers.add(topic);
    }
    return strangers;
  }

  copy(): StoreTruth {
    const { origins, unfinished, skipped } = this;
    return { origins: new Map(origins), unfinished: new Map(unfinished), skipped: new Set(skipped) };
  }

  /** The store was reset to a copy, or to nothing. Records that are removed by now do not come again. */
  restore({ origins, unfinished, skipped }: StoreTruth = NOTHING): void {
    this.origins = new Map(origins);
    this.unfinished = new Map(unfinished);
    this.skipped = new Set(skipped);
    for (const topic of Object.values(Topic)) {
      for (const { partition, begin } of this.log.extents(topic)) {
        const removed = this.log.history(topic, partition).slice(this.positionOf(topic, partition), begin);
        for (const record of removed) this.skipped.add(record);
      }
    }
  }

  private positionsWritten(positions: readonly ProjectedPosition[]): void {
    for (const position of positions) {
      if (position.offset === 0) continue;
      const topic = position.topic as TopicName;
      const place = `${topic} ${position.partition}`;
      const known = this.origins.get(place);
      if (known !== undefined && !this.isInLog(topic, known)) continue;
      const record = this.recordBefore(position);
      if (record === undefined) continue;
      if (!this.isInLog(topic, record) || (known?.offset ?? -1) < record.offset) {
        this.origins.set(place, record);
      }
    }
  }

  private recordBefore({ topic, partition, logId, offset }: ProjectedPosition): StoredRecord | undefined {
    const isOfThisLog = logId === this.log.identity(topic as TopicName);
    if (isOfThisLog) return this.log.history(topic as TopicName, partition)[offset - 1];
    return { partition, offset: offset - 1, appendedAt: 0, value: 'of a log that is gone' };
  }

  /** Rows beyond the store's position show that a write is under way, or was interrupted. */
  private rowWritten({ topic, partition, offset }: Place): void {
    const place = `${topic} ${partition}`;
    if (offset < this.positionOf(topic, partition)) return;
    this.unfinished.set(place, Math.max(offset, this.unfinished.get(place) ?? 0));
  }

  private positionOf(topic: TopicName, partition: number): number {
    return this.store.tables.position(topic, partition, this.log.identity(topic))?.offset ?? 0;
  }

  private isInLog(topic: TopicName, record: StoredRecord): boolean {
    return this.log.history(topic, record.partition)[record.offset] === record;
  }
}

/** The records that rows were made from, as far as the rows show it. */
function placesOf(kind: keyof ProjectionChanges, rows: readonly unknown[]): Place[] {
  const topic = TOPIC_OF_ROWS[kind];
  if (kind === 'deadLetters') return (rows as readonly DeadLetterRow[]).map(({ id }) => placeOfLetter(id));
  if (topic === undefined) return [];
  return (rows as readonly { version?: number; position?: number }[]).map(({ version, position }) => {
    const place = version ?? position!;
    return { topic, partition: virtualPartitionOfPosition(place), offset: place % 2 ** 44 };
  });
}

function placeOfLetter(id: string): Place {
  const [, topic, partition, offset] = /^(.*)-(\d+)-(\d+)$/.exec(id)!;
  return { topic: topic as TopicName, partition: Number(partition), offset: Number(offset) };
}

const TOPIC_OF_ROWS: Partial<Record<keyof ProjectionChanges, TopicName>> = {
  intervals: Topic.status,
  anomalies: Topic.status,
  heads: Topic.status,
  events: Topic.status,
  legs: Topic.contact,
  answeredLegs: Topic.contact,
  contactAnomalies: Topic.contact,
  contactEvents: Topic.contact,
  directories: Topic.personnel,
};
