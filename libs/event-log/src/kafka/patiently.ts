import { setTimeout as sleep } from 'node:timers/promises';
import { monotonic } from '#telemetry';

/**
 * Repeats a question while the cluster's answer is retriable: not every broker knows at once of a topic that was just
 * created or a partition that has moved, and the client gives up on some of these answers.
 */
export async function patiently<T>(ask: () => Promise<T>, withinMs = PATIENCE_MS): Promise<T> {
  const deadline = monotonic() + withinMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if ((error as { retriable?: unknown }).retriable !== true || monotonic() > deadline) throw error;
    }
    await sleep(RETRY_PAUSE_MS);
  }
}

const PATIENCE_MS = 10_000;
const RETRY_PAUSE_MS = 100;
