import { LogUnavailableError } from '../log-errors.js';

/** What failed between us and the cluster, as the port tells it. */
export function unavailable(cause: unknown, what: string): LogUnavailableError {
  return new LogUnavailableError(`${what}: ${reasonOf(cause)}`, { cause });
}

/** Of an error that only says how often something was tried, what went wrong the last time. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  return error instanceof Error ? error.message : String(error);
}
