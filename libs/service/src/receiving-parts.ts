import { eventLogSettings, timeLimits, type Settings } from '#edge';
import { createReceivingLog, withTracing, type EventAppender, type ReceivingLog } from '#event-log';
import { logSpoolTransition } from '#ingestion';
import { ReceiverModule } from '#ingestion/http';
import type { Logger } from '#telemetry';
import type { ServiceTelemetry } from './service-parts.js';

// A receiver loads this file: like service-parts.ts, it imports neither the store nor the queries.

/** The log that events are written to, with a spool for while its cluster cannot be reached. */
export function openReceivingLog(settings: Settings, logger: Logger): ReceivingLog {
  return createReceivingLog(eventLogSettings(settings), (away) => logSpoolTransition(logger, away));
}

/** The routes that take events. */
export function receiverModule(
  settings: Settings,
  log: EventAppender,
  { metrics, logger, tracing }: ServiceTelemetry,
) {
  return ReceiverModule.register({
    log: withTracing(log, tracing),
    metrics,
    logger,
    limits: timeLimits(settings),
  });
}
