import { LogUnavailableError } from '../log-errors.js';

/** The port's error for a failure between us and the cluster. */
export function unavailable(cause: unknown, what: string): LogUnavailableError {
  return new LogUnavailableError(`${what}: ${reasonOf(cause)}`, { cause });
}

/** The message of the last attempt, for errors that only say how often something was tried. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  return error instanceof Error ? error.message : String(error);
}
