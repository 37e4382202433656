import type { NewRecord } from './log-record.js';
import type { TopicName } from './topics.js';

/**
 * Takes records for the log.
 *
 * Implementers guarantee, and `eventAppenderContract` checks:
 *
 * - **Durability.** When `append` resolves, all its records survive a killed process and a power cut, and readers of
 *   the log will see them: at once, or after an outage that the appender bridges.
 * - **Placement.** Each record ends up in the partition of its key.
 * - **All or unknown.** When `append` rejects, any of its records may have been stored. Events are idempotent, so
 *   callers may always append them again. For the same reason a record may be stored twice.
 * - **Several processes** may append at the same time.
 *
 * An appender promises **no order**, not even between two records with the same key. An `EventLog` adds that promise.
 */
export interface EventAppender {
  /**
   * Appends the records. Retries no more than its transport does: the caller decides whether to append again.
   *
   * @throws LogUnavailableError if nothing durable can be written at present, or the appender is closed.
   */
  append(topic: TopicName, records: readonly NewRecord[]): Promise<void>;
}
