import type { EventEmitter } from 'node:events';

/**
 * Waits for the event for up to `waitMs`, and until `signal` is aborted. Resolves with whether the event came.
 *
 * Does not use AbortSignal.any with AbortSignal.timeout: Node 20 may collect the timeout as garbage before it is due,
 * and the wait would never end.
 */
export function waitForEvent(
  emitter: EventEmitter,
  name: string,
  waitMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  if (signal?.aborted || waitMs <= 0) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (came: boolean) => {
      clearTimeout(timer);
      emitter.off(name, come);
      signal?.removeEventListener('abort', give);
      resolve(came);
    };
    const come = () => end(true);
    const give = () => end(false);
    const timer = setTimeout(give, Math.min(waitMs, LONGEST_TIMER_MS));
    emitter.on(name, come);
    signal?.addEventListener('abort', give);
  });
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;
