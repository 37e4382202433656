import {
  generationOf,
  type EventReader,
  type StoredRecord,
  type TopicLayout,
  type TopicName,
} from '#event-log';
import type { ProjectedPosition } from '#store';
import type { BatchWriter } from '../writing/batch-writer.js';
import type { CatchUp } from './catch-up.js';
import type { Progress } from '../runner/projection-status.js';
import { checkLastRecord } from './store-check.js';

export interface AssignmentParts {
  /** The number that the log gives to this assignment of partitions. */
  readonly number: number;
  readonly layout: TopicLayout;
  readonly writer: BatchWriter;
  readonly catchUp: CatchUp;
  /** Where the store is in each of the partitions. */
  readonly startPositions: readonly ProjectedPosition[];
}

/** What a projector knows of its partitions, from when it takes them over until any of them moves. */
export class Assignment implements Progress {
  readonly number: number;
  readonly writer: BatchWriter;
  readonly catchUp: CatchUp;
  private readonly layout: TopicLayout;
  /** By partition, a position of the store whose last record the log has not shown yet. */
  private readonly unverified: Map<number, ProjectedPosition>;

  constructor({ number, layout, writer, catchUp, startPositions }: AssignmentParts) {
    this.number = number;
    this.layout = layout;
    this.writer = writer;
    this.catchUp = catchUp;
    const positions = startPositions.filter(({ offset }) => offset > 0);
    this.unverified = new Map(positions.map((position) => [position.partition, position]));
  }

  get isVerified(): boolean {
    return this.unverified.size === 0;
  }

  /**
   * Each partition begins with the last record that the store has projected.
   *
   * @throws ProjectionRefusedError if there is another record in its place.
   */
  verify(records: readonly StoredRecord[]): void {
    if (this.isVerified) return;
    for (const record of records) {
      const last = this.unverified.get(record.partition);
      if (last === undefined || record.offset < last.offset - 1) continue;
      checkLastRecord(last, record);
      this.unverified.delete(record.partition);
    }
  }

  /** Neither waits for records that retention has removed, nor compares them. */
  async skipRemoved(log: Pick<EventReader, 'offsets'>, topic: TopicName): Promise<void> {
    for (const { partition, begin } of await log.offsets(topic)) {
      const last = this.unverified.get(partition);
      if (last !== undefined && begin >= last.offset) this.unverified.delete(partition);
      this.catchUp.reach([{ partition, offset: begin }]);
    }
  }

  /** The records that no earlier batch has brought to the store. */
  newRecords(records: readonly StoredRecord[]): readonly StoredRecord[] {
    return records.filter(({ partition, offset }) => offset >= this.writer.offsetOf(partition));
  }

  /** While partitions are being added, some may exist that belong to no generation yet; nobody projects those. */
  ofGenerations(records: readonly StoredRecord[]): readonly StoredRecord[] {
    return records.filter((record) => generationOf(this.layout, record) >= 0);
  }
}
