import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Ends the waiting and the trying. */
  readonly signal: AbortSignal;
  /** Whether trying again is of no use; nothing is unless given. */
  readonly isFinal?: (error: unknown) => boolean;
  /** Called for each failure that is not final. */
  readonly onFailure: (error: unknown, attempt: number) => void;
}

/** Tries until it succeeds, with doubling delays. Rejects with the last error once the signal is aborted, or at once with a final one. */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (options.isFinal?.(error)) throw error;
      options.onFailure(error, tries);
      if (options.signal.aborted) throw error;
      const delayMs = Math.min(options.firstDelayMs * 2 ** (tries - 1), options.maxDelayMs);
      await sleep(delayMs, undefined, { signal: options.signal }).catch(() => undefined);
      if (options.signal.aborted) throw error;
    }
  }
}
