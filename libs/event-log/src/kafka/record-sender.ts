import type { NewRecord } from '../event-log.js';
import type { LogTopicName } from '../topics.js';

/** Records that somebody wants to be appended to a topic, together. */
export interface Append {
  readonly topic: LogTopicName;
  readonly records: readonly NewRecord[];
}

/** Sends records to the cluster. */
export interface RecordSender {
  /**
   * Resolves once all records are with all in-sync replicas, in their order within each partition. Not called again
   * before it has settled.
   *
   * @throws LogUnavailableError if some of them may not be there. They may be there all the same, or twice.
   */
  send(appends: readonly Append[]): Promise<void>;
  /** Not called while anything is being sent. */
  close(): Promise<void>;
}
