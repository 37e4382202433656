import type { LogUnavailableError } from '#event-log';
import type { Logger } from '#telemetry';

/** Tells the beginning and the end of an outage of the event log, not every event in it. */
export function logSpoolTransition(logger: Logger, away: LogUnavailableError | undefined): void {
  if (away === undefined) logger.info('the event log is back, and what was spooled is forwarded');
  else logger.warn({ err: away }, 'the event log cannot be reached; events are spooled on this disk');
}
