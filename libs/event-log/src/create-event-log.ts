import { join } from 'node:path';
import { EmbeddedEventLog } from './embedded/embedded-event-log.js';
import type { EventLog, LogUnavailableError } from './event-log.js';
import type { GrowableLog } from './growable-log.js';
import { KafkaEventLog } from './kafka/kafka-event-log.js';
import type { KafkaSettings } from './kafka/kafka-connection.js';
import type { TopicPlan } from './kafka/kafka-topics.js';
import type { RetentionRun } from './retention/retention-run.js';
import { SpoolingEventLog } from './spool/spooling-event-log.js';

export { EmbeddedEventLog, DEFAULT_PARTITIONS } from './embedded/embedded-event-log.js';
export { TopicSettingsError } from './kafka/kafka-topics.js';

/** Where an event log lives and what it keeps. */
export interface EventLogSettings {
  /** The service's data directory; an embedded log is in `log/` below it, a spool in `spool/`. */
  readonly dataDirectory: string;
  /** Records that were appended longer ago are removed. */
  readonly retentionMs: number;
  /** The cluster that has the log; embedded without. */
  readonly kafka?: KafkaSettings & Omit<TopicPlan, 'retentionMs'>;
}

/** The log, to read from and to join. */
export function createEventLog(settings: EventLogSettings): EventLog {
  const { dataDirectory, retentionMs, kafka } = settings;
  if (kafka !== undefined) return KafkaEventLog.create({ ...kafka, retentionMs });
  return new EmbeddedEventLog({ directory: join(dataDirectory, 'log'), retentionMs });
}

/** The log, if partitions can be added to it: that is one on Kafka. */
export function createGrowableLog({ kafka, retentionMs }: EventLogSettings): GrowableLog | undefined {
  return kafka === undefined ? undefined : KafkaEventLog.create({ ...kafka, retentionMs });
}

/** The log as a receiver has it: it goes on taking events while a cluster cannot be reached. */
export interface ReceivingLog {
  readonly log: EventLog;
  /** Records that wait to be forwarded to the cluster. */
  spooledRecords(): Promise<number>;
}

/** @param onChange is told when the cluster goes away (with why), and when it is back. */
export function createReceivingLog(
  settings: EventLogSettings,
  onChange: (away: LogUnavailableError | undefined) => void,
): ReceivingLog {
  const { kafka, retentionMs } = settings;
  if (kafka === undefined) return { log: createEventLog(settings), spooledRecords: async () => 0 };
  const log = KafkaEventLog.create({ ...kafka, retentionMs });
  // Whoever appends first says what is wrong, if that fails.
  log.prepareAppends().catch(() => undefined);
  const spool = new EmbeddedEventLog({ directory: join(settings.dataDirectory, 'spool'), partitions: 1 });
  const spooling = new SpoolingEventLog(log, spool, { onChange });
  return { log: spooling, spooledRecords: () => spooling.spooledRecords() };
}

const RETENTION_CHECK_MS = 3_600_000;

/** What is to be done with each run of the retention; a failure of it is a failure of the run. */
export interface RetentionHooks {
  onRun(run: RetentionRun): void | Promise<void>;
  onFailure(error: unknown): void;
}

/**
 * Lets an embedded log remove what is too old, now and every hour; a cluster does so itself.
 *
 * @returns what ends it, and waits for the run under way.
 */
export function keepRetention(log: EventLog, hooks: RetentionHooks): () => Promise<void> {
  if (!(log instanceof EmbeddedEventLog)) return async () => undefined;
  return everyHour(async () => {
    const run = await log.enforceRetention();
    if (run !== undefined) await hooks.onRun(run);
  }, hooks.onFailure);
}

/** Does it now and every hour, one after another. @returns what ends it, and waits for what is under way. */
export function everyHour(
  work: () => Promise<void>,
  onFailure: (error: unknown) => void,
): () => Promise<void> {
  let running: Promise<void> | undefined;
  const run = () => {
    running ??= work()
      .catch(onFailure)
      .finally(() => (running = undefined));
  };
  run();
  const timer = setInterval(run, RETENTION_CHECK_MS).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
