import type { LogUnavailableError } from '#event-log';
import type { Logger } from '#telemetry';

/** Logs when spooling starts and when it ends, rather than every spooled event. */
export function logSpoolTransition(logger: Logger, away: LogUnavailableError | undefined): void {
  if (away === undefined) logger.info('the event log is available again and takes the spooled events');
  else logger.warn({ err: away }, 'the event log is unavailable; events are spooled to the local disk');
}
