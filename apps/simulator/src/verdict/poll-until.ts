import { setTimeout as delay } from 'node:timers/promises';

const POLL_INTERVAL_MS = 250;

/**
 * Waits until the service says that it has projected every event.
 *
 * @param lag how many are outstanding; `undefined` where the service does not say.
 * @param deadline by `performance.now()`.
 * @returns the last lag seen: 0, `undefined`, or what was left at the deadline.
 */
export async function untilProjected(
  lag: () => Promise<number | undefined>,
  deadline: number,
): Promise<number | undefined> {
  return pollUntil(lag, (events) => events === 0 || events === undefined, deadline);
}

/**
 * Repeats a look at something until it is as wanted, or the deadline (by `performance.now()`) has passed.
 *
 * @returns what was seen last; it was looked at once at least.
 */
export async function pollUntil<T>(
  look: () => Promise<T>,
  isAsWanted: (seen: T) => boolean,
  deadline: number,
): Promise<T> {
  for (;;) {
    const seen = await look();
    if (isAsWanted(seen) || performance.now() + POLL_INTERVAL_MS > deadline) return seen;
    await delay(POLL_INTERVAL_MS);
  }
}
