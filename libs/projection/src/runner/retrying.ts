import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryOptions {
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Ends the waiting and the trying. */
  readonly signal: AbortSignal;
  /** Whether another try cannot help: it then rejects at once, and `onFailure` is not called. */
  isFinal(error: unknown): boolean;
  /** Resolves after `ms`, or once the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  onFailure(error: unknown, tries: number): void;
}

/**
 * Tries until it succeeds, with doubling delays. Rejects with a final error, or the last one once the signal is aborted.
 *
 * Not p-retry, which the rest of the service retries with: its delays are real timers, and the simulation of whole clusters
 * (test/simulation) has to run them by its own clock. Nor may a projector ever give up, as p-retry does on a TypeError.
 */
export async function retrying<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, isFinal, onFailure, pause } = options;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (isFinal(error)) throw error;
      onFailure(error, tries);
      if (!signal.aborted) await pause(delayAfter(tries, options), signal);
      if (signal.aborted) throw error;
    }
  }
}

/** Resolves after `ms`, or once the signal is aborted. */
export async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

function delayAfter(tries: number, { firstDelayMs, maxDelayMs }: RetryOptions): number {
  return Math.min(firstDelayMs * 2 ** (tries - 1), maxDelayMs);
}
