import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Ends the waiting and the trying. */
  readonly signal: AbortSignal;
  /** Whether trying again is of no use: it then rejects at once, and `onFailure` is not called. */
  readonly isFinal?: ((error: unknown) => boolean) | undefined;
  /** Resolves after `ms`, or once the signal is aborted. */
  readonly pause?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  readonly onFailure: (error: unknown, attempt: number) => void;
}

/** Tries until it succeeds, with doubling delays. Rejects with a final error, or the last one once the signal is aborted. */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (options.isFinal?.(error)) throw error;
      options.onFailure(error, tries);
      if (options.signal.aborted) throw error;
      await (options.pause ?? pauseFor)(delayBefore(tries, options), options.signal);
      if (options.signal.aborted) throw error;
    }
  }
}

function delayBefore(tries: number, { firstDelayMs, maxDelayMs }: RetryOptions): number {
  return Math.min(firstDelayMs * 2 ** (tries - 1), maxDelayMs);
}

async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
