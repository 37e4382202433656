import { LogUnavailableError } from '../log-errors.js';
import { startRealTimer, type StartTimer } from './start-timer.js';

/**
 * Settles like `promised`, or rejects after `ms`. A later result or failure is ignored.
 *
 * @throws LogUnavailableError after `ms`.
 */
export function withTimeout<T>(
  promised: Promise<T>,
  ms: number,
  startTimer: StartTimer = startRealTimer,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new LogUnavailableError(`not acknowledged within ${ms} ms`));
    const stopTimer = startTimer(ms, late);
    promised.then(resolve, reject).finally(stopTimer);
  });
}
