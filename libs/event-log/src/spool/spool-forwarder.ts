import type { GroupConsumer } from '../consumer-groups.js';
import type { EventAppender } from '../event-appender.js';
import { LogUnavailableError } from '../log-errors.js';
import type { LogLifecycle } from '../log-lifecycle.js';
import type { StoredRecord } from '../log-record.js';
import type { StartTimer } from '../waiting/start-timer.js';
import { Topic, type TopicName } from '../topics.js';
import { withTimeout } from '../waiting/with-timeout.js';
import type { LogAvailability } from './log-availability.js';
import { FORWARDER, type SpoolLog } from './spool-log.js';
import { fromSpooled } from './spooled-record.js';

/** Records in one append to the log: few enough to fit into memory at their largest, and to be acknowledged in time. */
export const RECORDS_PER_FORWARD: Readonly<Record<TopicName, number>> = {
  [Topic.status]: 2_000,
  [Topic.contact]: 2_000,
  [Topic.deadLetter]: 100,
  [Topic.personnel]: 1,
};

export interface SpoolForwarderParts {
  readonly log: EventAppender & LogLifecycle;
  readonly spool: SpoolLog;
  readonly availability: LogAvailability;
  readonly acknowledgeWithinMs: number;
  readonly retryPauseMs: number;
  readonly startTimer: StartTimer;
  /** Aborted when forwarding is to stop. */
  readonly signal: AbortSignal;
}

/** Moves records from the spool to the log whenever the log can be reached. */
export class SpoolForwarder {
  /** Whether something was spooled that the forwarder may have looked past. */
  private spooledSinceLook = false;
  private wake: () => void = () => undefined;

  constructor(private readonly parts: SpoolForwarderParts) {}

  /** To be called after records were spooled. */
  onSpooled(): void {
    this.spooledSinceLook = true;
    this.wakeUp();
  }

  /** Makes the forwarder check for work, for instance after the log became unavailable or forwarding was stopped. */
  wakeUp(): void {
    this.wake();
  }

  /** Forwards until the signal is aborted. Rejects only on an error that is not {@link LogUnavailableError}. */
  async run(): Promise<void> {
    const { signal, availability, retryPauseMs } = this.parts;
    const consumers = new Map<TopicName, GroupConsumer>();
    while (!signal.aborted) {
      try {
        const forwarded = await this.forwardSome(consumers);
        if (forwarded === 0) await this.untilSpooled();
      } catch (error) {
        if (!(error instanceof LogUnavailableError)) throw error;
        availability.markAway(error);
        // New consumers poll again what was polled and not committed.
        consumers.clear();
        await this.pause(retryPauseMs);
      }
    }
  }

  /** Forwards a batch of each topic. @returns the number of records. */
  private async forwardSome(consumers: Map<TopicName, GroupConsumer>): Promise<number> {
    const { log, spool, availability } = this.parts;
    let forwarded = 0;
    this.spooledSinceLook = false;
    // With an empty spool no append shows that the log is back.
    if (availability.isAway) await this.inTime(log.ping());
    for (const topic of Object.values(Topic)) {
      const consumer = consumers.get(topic) ?? (await spool.join(FORWARDER, topic));
      consumers.set(topic, consumer);
      forwarded += await this.forwardBatch(topic, consumer);
    }
    availability.markBack();
    return forwarded;
  }

  private async forwardBatch(topic: TopicName, consumer: GroupConsumer): Promise<number> {
    const { records } = await consumer.poll({ maxRecords: RECORDS_PER_FORWARD[topic], waitMs: 0 });
    if (records.length === 0) return 0;
    await this.inTime(this.parts.log.append(topic, records.map(fromSpooled)));
    await this.dropForwarded(topic, consumer, records);
    return records.length;
  }

  private async dropForwarded(
    topic: TopicName,
    consumer: GroupConsumer,
    records: readonly StoredRecord[],
  ): Promise<void> {
    const ends = new Map<number, number>();
    for (const { partition, offset } of records) ends.set(partition, offset + 1);
    await consumer.commit([...ends].map(([partition, offset]) => ({ partition, offset, metadata: '' })));
    for (const [partition, offset] of ends) await this.parts.spool.removeBefore(topic, partition, offset);
  }

  /** Waits until something is spooled or the log becomes unavailable: until then there is nothing to do. */
  private untilSpooled(): Promise<void> {
    const { availability, signal } = this.parts;
    if (this.spooledSinceLook || availability.isAway || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => (this.wake = resolve));
  }

  private inTime<T>(promised: Promise<T>): Promise<T> {
    const { acknowledgeWithinMs, startTimer } = this.parts;
    return withTimeout(promised, acknowledgeWithinMs, startTimer);
  }

  private pause(ms: number): Promise<void> {
    const { startTimer, signal } = this.parts;
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
