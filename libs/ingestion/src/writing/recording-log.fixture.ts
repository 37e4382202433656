import { LogUnavailableError, type EventAppender, type NewRecord, type TopicName } from '#event-log';

/** An append that is not decided yet. */
interface Pending {
  readonly topic: TopicName;
  readonly records: readonly NewRecord[];
  complete(error?: Error): void;
}

/** A log that only accepts appends, which a test can delay or fail. */
export class RecordingLog implements EventAppender {
  /** The durable records, in the order in which they became so. */
  readonly kept: { readonly topic: TopicName; readonly value: string }[] = [];
  /** The number of records of each append, in the order of the calls. */
  readonly appends: number[] = [];
  /** Appends wait until {@link release}. */
  held = false;
  unavailable = false;
  private pending: Pending[] = [];

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    this.appends.push(records.length);
    return new Promise((resolve, reject) => {
      const complete = (error?: Error) => {
        if (error !== undefined) return reject(error);
        this.kept.push(...records.map(({ value }) => ({ topic, value })));
        resolve();
      };
      this.pending.push({ topic, records, complete });
      if (!this.held) setImmediate(() => this.release());
    });
  }

  /** The number of records that are neither durable nor rejected. */
  get waiting(): number {
    return this.pending.reduce((sum, { records }) => sum + records.length, 0);
  }

  /** Decides the appends that wait. */
  release(order: 'in order' | 'newest first' = 'in order'): void {
    const pending = this.pending;
    this.pending = [];
    if (order === 'newest first') pending.reverse();
    const error = this.unavailable ? new LogUnavailableError('held to be unavailable') : undefined;
    for (const { complete } of pending) complete(error);
  }

  /** The durable records of a topic, parsed, without their origins. */
  keptIn(topic: TopicName): Record<string, unknown>[] {
    return this.kept
      .filter((record) => record.topic === topic)
      .map(({ value }) => JSON.parse(value) as Record<string, unknown>)
      .map(({ origin: _origin, ...rest }) => rest);
  }
}
