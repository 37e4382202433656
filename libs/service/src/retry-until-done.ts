import pRetry from 'p-retry';

const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 5_000;

export interface UntilDoneOptions {
  /** Ends the waiting and the trying. */
  readonly signal: AbortSignal;
  /** Whether another try cannot help: it then rejects at once, and `onFailure` is not called. */
  isFinal(error: unknown): boolean;
  onFailure(error: unknown, tries: number): void;
}

/**
 * Retries with doubling delays, as often as it takes. Rejects with a final error, or once the signal is aborted.
 *
 * For what a program waits for while it starts. Projectors retry batches by `retrying` of #projection instead, since their
 * waits have to go by a clock that can be simulated.
 */
export function retryUntilDone<T>(
  attempt: () => Promise<T>,
  { signal, isFinal, onFailure }: UntilDoneOptions,
): Promise<T> {
  return pRetry(() => attempt().catch(rethrowAsRetriable), {
    retries: Infinity,
    minTimeout: FIRST_DELAY_MS,
    maxTimeout: MAX_DELAY_MS,
    signal,
    shouldRetry: ({ error }) => !isFinal(error),
    onFailedAttempt: ({ error, attemptNumber }) => {
      if (!isFinal(error)) onFailure(error, attemptNumber);
    },
  });
}

/** p-retry takes a TypeError for a bug and gives up; from a driver that meets an odd answer it passes like any failure. */
function rethrowAsRetriable(error: unknown): never {
  if (error instanceof Error && !(error instanceof TypeError)) throw error;
  throw new Error(String(error), { cause: error });
}
