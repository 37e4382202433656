import { EmbeddedEventLog } from '../embedded/embedded-event-log.js';
import type { EventReader } from '../event-reader.js';
import { everyHour } from './every-hour.js';
import type { RetentionRun } from './retention-run.js';

/** What to do after each run of the retention. If `onRun` fails, so does the run. */
export interface RetentionHooks {
  onRun(run: RetentionRun): void | Promise<void>;
  onFailure(error: unknown): void;
}

/**
 * Removes expired records from an embedded log, now and every hour. Does nothing for other logs: a cluster enforces its
 * retention itself.
 *
 * @returns a function that ends this, and waits for the run in progress.
 */
export function keepRetention(log: EventReader, hooks: RetentionHooks): () => Promise<void> {
  if (!(log instanceof EmbeddedEventLog)) return async () => undefined;
  return everyHour(async () => {
    const run = await log.enforceRetention();
    if (run !== undefined) await hooks.onRun(run);
  }, hooks.onFailure);
}
