import type { Logger } from './log.js';
import type { Tracing, TracingSettings } from './tracing.js';

/** Failures to send traces are logged this often at most. */
export const TRACE_FAILURE_NOTICE_MS = 60_000;

/** OpenTelemetry is loaded only if it is used. @param service is the name of what traces, unless OTEL_SERVICE_NAME is set. */
export async function createTracing(
  { endpoint, ...sampling }: TracingSettings,
  service: string,
  logger: Logger,
): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined;
  const { OpenTelemetryTracing } = await import('./open-telemetry-tracing.js');
  return new OpenTelemetryTracing({ ...sampling, endpoint, service }, traceFailureNotice(logger));
}

/** Tells of failures to send traces, and of all that come within the time after one, by their number alone. */
export function traceFailureNotice(
  logger: Logger,
  now: () => number = () => performance.now(),
): (error: unknown) => void {
  let toldAt = -Infinity;
  let untold = 0;
  return (error) => {
    untold++;
    if (now() - toldAt < TRACE_FAILURE_NOTICE_MS) return;
    logger.warn({ err: error, failures: untold }, 'traces cannot be sent; those are lost, and nothing else');
    toldAt = now();
    untold = 0;
  };
}
