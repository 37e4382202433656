import type { EventAppender } from '../event-appender.js';
import { LogUnavailableError } from '../log-errors.js';
import type { LogLifecycle } from '../log-lifecycle.js';
import type { NewRecord } from '../log-record.js';
import { startRealTimer, type StartTimer } from '../waiting/start-timer.js';
import { Topic, type TopicName } from '../topics.js';
import { withTimeout } from '../waiting/with-timeout.js';
import { LogAvailability } from './log-availability.js';
import { SpoolForwarder } from './spool-forwarder.js';
import { countSpooled, type SpoolLog } from './spool-log.js';
import { toSpooled } from './spooled-record.js';

export interface SpoolOptions {
  /**
   * After this time without an acknowledgement, an append goes to the spool. It may end up in both; that is harmless.
   */
  readonly acknowledgeWithinMs?: number;
  /** Pause between attempts to forward while the log cannot be reached. */
  readonly retryPauseMs?: number;
  /** Called with the reason when the log becomes unavailable, and with `undefined` when it is back. */
  onChange?(reason: LogUnavailableError | undefined): void;
  /** Measures both of these times; a simulation has its own. */
  readonly startTimer?: StartTimer;
}

export const ACKNOWLEDGE_WITHIN_MS = 5_000;
const RETRY_PAUSE_MS = 1_000;

/**
 * Bridges outages of the log behind it: records that the log does not acknowledge in time wait durably in a spool and
 * are forwarded once the log is back, also after a restart.
 *
 * It promises what an {@link EventAppender} does, and order for directories alone: the last one in the log is in force,
 * so a directory waits while earlier ones do. Status and contact events need no order. Those of an outage may arrive
 * after later ones of the same key, and any record may arrive twice. No order is promised between two appenders: a
 * directory that waits here replaces one that a second receiver has taken since.
 */
export class SpoolingAppender implements EventAppender, LogLifecycle {
  private readonly stopping = new AbortController();
  private readonly availability: LogAvailability;
  private readonly forwarder: SpoolForwarder;
  private readonly acknowledgeWithinMs: number;
  private readonly startTimer: StartTimer;
  /** Resolves once it is known whether the log can be reached. */
  private readonly opening: Promise<void>;
  private readonly forwarding: Promise<void>;

  /** Owns both logs: closing the appender closes them. */
  constructor(
    private readonly log: EventAppender & LogLifecycle,
    private readonly spool: SpoolLog,
    options: SpoolOptions = {},
  ) {
    this.acknowledgeWithinMs = options.acknowledgeWithinMs ?? ACKNOWLEDGE_WITHIN_MS;
    this.startTimer = options.startTimer ?? startRealTimer;
    this.availability = new LogAvailability((reason) => options.onChange?.(reason));
    const { availability, acknowledgeWithinMs, startTimer } = this;
    this.forwarder = new SpoolForwarder({
      ...{ log, spool, availability, acknowledgeWithinMs, startTimer },
      retryPauseMs: options.retryPauseMs ?? RETRY_PAUSE_MS,
      signal: this.stopping.signal,
    });
    this.opening = this.lookForLog();
    this.forwarding = this.opening.then(() => this.forwarder.run());
  }

  async append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    if (this.stopping.signal.aborted) throw new LogUnavailableError('the event log is closed');
    if (!this.availability.isAway && !(await this.hasToQueue(topic))) {
      try {
        return await this.inTime(this.log.append(topic, records));
      } catch (error) {
        this.noticeOutage(error);
      }
    }
    await this.spool.append(topic, records.map(toSpooled));
    this.forwarder.onSpooled();
  }

  private async hasToQueue(topic: TopicName): Promise<boolean> {
    return topic === Topic.personnel && (await countSpooled(this.spool, [topic])) > 0;
  }

  /** Records that wait to be forwarded. */
  spooledRecords(): Promise<number> {
    return countSpooled(this.spool);
  }

  /** Whether records can be taken. While the log is unavailable, that depends on the spool alone. */
  async ping(): Promise<void> {
    await this.opening;
    await this.spool.ping();
  }

  async close(): Promise<void> {
    if (this.stopping.signal.aborted) return;
    this.stopping.abort();
    this.forwarder.wakeUp();
    await this.forwarding;
    await this.log.close();
    await this.spool.close();
  }

  /**
   * Connects to the log before the first append, since what a cluster needs at first, such as creating topics, takes
   * longer than an append may.
   */
  private async lookForLog(): Promise<void> {
    try {
      await this.inTime(this.log.ping());
    } catch (error) {
      this.noticeOutage(error);
    }
  }

  private noticeOutage(error: unknown): void {
    if (!(error instanceof LogUnavailableError)) throw error;
    this.forwarder.wakeUp();
    this.availability.markAway(error);
  }

  private inTime<T>(promised: Promise<T>): Promise<T> {
    return withTimeout(promised, this.acknowledgeWithinMs, this.startTimer);
  }
}
