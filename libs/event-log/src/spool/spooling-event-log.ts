import {
  LogUnavailableError,
  type EventLog,
  type GroupConsumer,
  type NewRecord,
  type StoredRecord,
} from '../event-log.js';
import { type PartitionOffsets, type TopicLayout } from '../partition-layout.js';
import { Topic, type TopicName } from '../topics.js';
import { startRealTimer, type StartTimer } from '../start-timer.js';
import { withTimeout } from '../with-timeout.js';
import { fromSpooled, toSpooled } from './spooled-record.js';

/** A log on this machine's disk, from which what has been forwarded can be removed. */
export interface SpoolLog extends EventLog {
  /** Removes the records of a partition before the offset. */
  removeBefore(topic: TopicName, partition: number, offset: number): Promise<void>;
}

export interface SpoolOptions {
  /** An append that the log has not acknowledged by then goes to the spool; it may be in both, which is harmless. */
  readonly acknowledgeWithinMs?: number;
  /** Between two attempts to forward while the log cannot be reached. */
  readonly retryPauseMs?: number;
  /** Is told when the log goes away (with why), and when it is back. */
  onChange?(away: LogUnavailableError | undefined): void;
  /** Measures both of these times; a simulation has its own. */
  readonly startTimer?: StartTimer;
}

export const ACKNOWLEDGE_WITHIN_MS = 5_000;
const RETRY_PAUSE_MS = 1_000;
/** The group of whoever forwards, in the spool. */
export const FORWARDER = 'forwarder';

/** Records that are forwarded at once: few enough, as large as they may be, to fit into memory and to be acknowledged in time. */
export const RECORDS_PER_FORWARD: Readonly<Record<TopicName, number>> = {
  [Topic.status]: 2_000,
  [Topic.contact]: 2_000,
  [Topic.deadLetter]: 100,
  [Topic.personnel]: 1,
};

/**
 * A log that goes on taking records while the log behind it cannot be reached: they wait in a spool, durably, and are
 * forwarded when it is back, also after a restart. The order of appends is not kept across an outage, and no reader of
 * events needs it. A record can be forwarded twice; events are idempotent.
 */
export class SpoolingEventLog implements EventLog {
  private readonly stopping = new AbortController();
  /** Resolves once it is known whether the log can be reached. */
  private readonly opening: Promise<void>;
  private readonly forwarding: Promise<void>;
  private away: LogUnavailableError | undefined;
  /** Whether something was spooled that the forwarder may have looked past. */
  private spooledSinceLook = false;
  private wake: () => void = () => undefined;

  constructor(
    private readonly log: EventLog,
    private readonly spool: SpoolLog,
    private readonly options: SpoolOptions = {},
  ) {
    this.opening = this.lookForLog();
    this.forwarding = this.forwardAll();
  }

  async append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    if (this.stopping.signal.aborted) throw new LogUnavailableError('the event log is closed');
    if (this.away === undefined) {
      try {
        return await this.inTime(this.log.append(topic, records));
      } catch (error) {
        if (!(error instanceof LogUnavailableError)) throw error;
        this.noteAway(error);
      }
    }
    await this.spool.append(topic, records.map(toSpooled));
    this.spooledSinceLook = true;
    this.wake();
  }

  /** Records that wait to be forwarded. */
  async spooledRecords(): Promise<number> {
    let records = 0;
    for (const topic of Object.values(Topic)) {
      const consumer = await this.spool.join(FORWARDER, topic);
      for (const lag of await consumer.lag()) records += lag.records;
      await consumer.close();
    }
    return records;
  }

  read(
    topic: TopicName,
    partition: number,
    fromOffset: number,
    maxRecords: number,
  ): Promise<readonly StoredRecord[]> {
    return this.log.read(topic, partition, fromOffset, maxRecords);
  }

  offsets(topic: TopicName): Promise<readonly PartitionOffsets[]> {
    return this.log.offsets(topic);
  }

  identity(topic: TopicName): Promise<string> {
    return this.log.identity(topic);
  }

  layout(topic: TopicName): Promise<TopicLayout> {
    return this.log.layout(topic);
  }

  partitionOf(key: string, partitions: number): number {
    return this.log.partitionOf(key, partitions);
  }

  join(group: string, topic: TopicName): Promise<GroupConsumer> {
    return this.log.join(group, topic);
  }

  members(group: string, topic: TopicName): Promise<number> {
    return this.log.members(group, topic);
  }

  /** Whether records can be taken: with the log away, that is whether the spool can be written. */
  async ping(): Promise<void> {
    await this.opening;
    await this.spool.ping();
  }

  async close(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    this.wake();
    await this.forwarding;
    await this.log.close();
    await this.spool.close();
  }

  /**
   * What a cluster needs at first, such as topics that are not there yet, takes longer than an append may: it is not to
   * begin with the first append.
   */
  private async lookForLog(): Promise<void> {
    try {
      await this.inTime(this.log.ping());
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
      this.noteAway(error);
    }
  }

  private async forwardAll(): Promise<void> {
    await this.opening;
    const consumers = new Map<TopicName, GroupConsumer>();
    while (!this.stopping.signal.aborted) {
      try {
        const forwarded = await this.forwardSome(consumers);
        if (forwarded === 0) await this.untilSpooled();
      } catch (error) {
        if (!(error instanceof LogUnavailableError)) throw error;
        this.noteAway(error);
        // What was polled and not committed is polled again by new consumers.
        consumers.clear();
        await this.pause(this.options.retryPauseMs ?? RETRY_PAUSE_MS);
      }
    }
  }

  /** Forwards a batch of each topic. @returns how many records. */
  private async forwardSome(consumers: Map<TopicName, GroupConsumer>): Promise<number> {
    let forwarded = 0;
    this.spooledSinceLook = false;
    // Without anything spooled, being away ends when the log answers.
    if (this.away !== undefined) await this.inTime(this.log.ping());
    for (const topic of Object.values(Topic)) {
      const consumer = consumers.get(topic) ?? (await this.spool.join(FORWARDER, topic));
      consumers.set(topic, consumer);
      const { records } = await consumer.poll({ maxRecords: RECORDS_PER_FORWARD[topic], waitMs: 0 });
      if (records.length === 0) continue;
      const forwarding = records.map(fromSpooled);
      await this.inTime(this.log.append(topic, forwarding));
      await this.acknowledge(topic, consumer, records);
      forwarded += records.length;
    }
    if (this.away !== undefined) {
      this.away = undefined;
      this.options.onChange?.(undefined);
    }
    return forwarded;
  }

  private async acknowledge(
    topic: TopicName,
    consumer: GroupConsumer,
    records: readonly StoredRecord[],
  ): Promise<void> {
    const ends = new Map<number, number>();
    for (const { partition, offset } of records) ends.set(partition, offset + 1);
    await consumer.commit([...ends].map(([partition, offset]) => ({ partition, offset, metadata: '' })));
    for (const [partition, offset] of ends) await this.spool.removeBefore(topic, partition, offset);
  }

  private noteAway(error: LogUnavailableError): void {
    const isNews = this.away === undefined;
    this.away = error;
    this.wake();
    if (isNews) this.options.onChange?.(error);
  }

  /** Waits until something is spooled or the log goes away; there is nothing to do before. */
  private untilSpooled(): Promise<void> {
    const hasToLook = this.spooledSinceLook || this.away !== undefined;
    if (hasToLook || this.stopping.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => (this.wake = resolve));
  }

  private inTime<T>(promised: Promise<T>): Promise<T> {
    const { acknowledgeWithinMs = ACKNOWLEDGE_WITHIN_MS, startTimer } = this.options;
    return withTimeout(promised, acknowledgeWithinMs, startTimer);
  }

  private pause(ms: number): Promise<void> {
    const { startTimer = startRealTimer } = this.options;
    const { signal } = this.stopping;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        stopTimer();
        signal.removeEventListener('abort', end);
        resolve();
      };
      const stopTimer = startTimer(ms, end);
      signal.addEventListener('abort', end);
    });
  }
}
