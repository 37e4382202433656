import type { ProjectionStateStore } from '#store';
import type { ProjectionGate } from './projection-gate.js';

/** How often the states that projectors write to the store are read. */
export const WATCH_INTERVAL_MS = 1_000;

/**
 * Keeps a gate up to date with the states that projectors write to the store. While the store is unavailable, the last
 * known states stay in force: nothing can be answered then anyway.
 *
 * @returns a function that stops it.
 */
export function watchProjection(
  store: Pick<ProjectionStateStore, 'states'>,
  gate: ProjectionGate,
  intervalMs = WATCH_INTERVAL_MS,
): () => Promise<void> {
  let isEnded = false;
  let timer: NodeJS.Timeout | undefined;
  let end: () => void = () => undefined;
  const pause = () =>
    new Promise<void>((resolve) => {
      end = resolve;
      timer = setTimeout(resolve, intervalMs).unref();
    });
  const watch = async () => {
    while (!isEnded) {
      const states = await store.states().catch(() => undefined);
      if (states !== undefined) gate.take(states);
      if (!isEnded) await pause();
    }
  };
  const watching = watch();
  return async () => {
    isEnded = true;
    clearTimeout(timer);
    end();
    await watching;
  };
}
