import type { Logger } from './log.js';
import type { Tracing, TracingSettings } from './tracing.js';

/** The shortest time between two log lines about traces that cannot be sent. */
export const TRACE_FAILURE_NOTICE_MS = 60_000;

/**
 * Tracing as the settings want it; `undefined` if it is off, in which case OpenTelemetry is not even loaded.
 *
 * @param service the name of the program in traces, unless OTEL_SERVICE_NAME is set.
 */
export async function createTracing(
  { endpoint, ...sampling }: TracingSettings,
  service: string,
  logger: Logger,
): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const { OpenTelemetryTracing } = await import('./open-telemetry-tracing.js');
  return new OpenTelemetryTracing({ ...sampling, endpoint, service }, traceFailureNotice(logger));
}

/**
 * Logs the first failure to send traces. Those that follow within {@link TRACE_FAILURE_NOTICE_MS} are only counted, and the
 * next line has their number.
 */
export function traceFailureNotice(
  logger: Logger,
  now: () => number = () => performance.now(),
): (error: unknown) => void {
  let loggedAt = -Infinity;
  let failures = 0;
  return (error) => {
    failures++;
    if (now() - loggedAt < TRACE_FAILURE_NOTICE_MS) return;
    logger.warn({ err: error, failures }, 'traces cannot be sent; these are lost, and nothing else');
    loggedAt = now();
    failures = 0;
  };
}
