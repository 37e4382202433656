import type { EventEmitter } from 'node:events';

/**
 * Resolves with whether the event came: within `waitMs`, and before `signal` was aborted.
 *
 * Not AbortSignal.any with AbortSignal.timeout: the timeout can be collected as garbage before it is due (Node 20), and
 * nothing would ever end the wait.
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
