import { join } from 'node:path';
import { EmbeddedEventLog } from './embedded/embedded-event-log.js';
import type { EventAppender } from './event-appender.js';
import type { EventLog } from './event-log.js';
import type { EventReader } from './event-reader.js';
import type { GrowableLog } from './growable-log.js';
import type { KafkaSettings } from './kafka/kafka-connection.js';
import { KafkaEventLog } from './kafka/kafka-event-log.js';
import type { TopicPlan } from './kafka/kafka-topics.js';
import type { LogUnavailableError } from './log-errors.js';
import type { LogLifecycle } from './log-lifecycle.js';
import { SpoolingAppender } from './spool/spooling-appender.js';

export { EmbeddedEventLog, DEFAULT_PARTITIONS } from './embedded/embedded-event-log.js';
export { TopicSettingsError } from './kafka/kafka-topics.js';

/** Where an event log lives and how long it keeps records. */
export interface EventLogSettings {
  /** The service's data directory. An embedded log is in its subdirectory `log`, a spool in `spool`. */
  readonly dataDirectory: string;
  /** Records that were appended longer ago are removed. */
  readonly retentionMs: number;
  /** The cluster that holds the log. Without it the log is embedded. */
  readonly kafka?: KafkaSettings & Omit<TopicPlan, 'retentionMs'>;
}

/** Opens the log as a whole, without a spool. */
export function createEventLog(settings: EventLogSettings): EventLog {
  const { dataDirectory, retentionMs, kafka } = settings;
  if (kafka !== undefined) return KafkaEventLog.create({ ...kafka, retentionMs });
  return new EmbeddedEventLog({ directory: join(dataDirectory, 'log'), retentionMs });
}

/** Opens the log if partitions can be added to it, which only Kafka allows. */
export function createGrowableLog({ kafka, retentionMs }: EventLogSettings): GrowableLog | undefined {
  return kafka === undefined ? undefined : KafkaEventLog.create({ ...kafka, retentionMs });
}

/** The log as a receiver uses it. */
export interface ReceivingLog {
  /** Accepts records even while a cluster cannot be reached. Closing it closes everything here. */
  readonly appender: EventAppender & LogLifecycle;
  /** Reads the same log. What waits in the spool is not in it yet. */
  readonly reader: EventReader;
  /** Records that wait to be forwarded to the cluster. */
  spooledRecords(): Promise<number>;
}

/**
 * @param onChange called with the reason when the cluster becomes unavailable, and with `undefined` when it is back.
 */
export function createReceivingLog(
  settings: EventLogSettings,
  onChange: (reason: LogUnavailableError | undefined) => void,
): ReceivingLog {
  const { kafka, retentionMs } = settings;
  if (kafka === undefined) {
    const log = createEventLog(settings);
    return { appender: log, reader: log, spooledRecords: async () => 0 };
  }
  const log = KafkaEventLog.create({ ...kafka, retentionMs });
  // If this fails, so does the first append, and its caller gets the reason.
  log.prepareAppends().catch(() => undefined);
  const spool = new EmbeddedEventLog({ directory: join(settings.dataDirectory, 'spool'), partitions: 1 });
  const appender = new SpoolingAppender(log, spool, { onChange });
  return { appender, reader: log, spooledRecords: () => appender.spooledRecords() };
}
