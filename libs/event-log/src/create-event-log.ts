import { join } from 'node:path';
import { EmbeddedEventLog } from './embedded/embedded-event-log.js';

export { EmbeddedEventLog, DEFAULT_PARTITIONS } from './embedded/embedded-event-log.js';

/** Where an event log lives and what it keeps. */
export interface EventLogSettings {
  /** The service's data directory; the log is in `log/` below it. */
  readonly dataDirectory: string;
  /** Records that were appended longer ago are removed. */
  readonly retentionMs: number;
}

export function createEventLog({ dataDirectory, retentionMs }: EventLogSettings): EmbeddedEventLog {
  return new EmbeddedEventLog({ directory: join(dataDirectory, 'log'), retentionMs });
}
