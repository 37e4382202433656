import { LogUnavailableError } from './log-errors.js';
import { startRealTimer, type StartTimer } from './start-timer.js';

/**
 * What was promised, if it comes in time. What comes later goes on, and its failure is nobody's any more.
 *
 * @throws LogUnavailableError after the time.
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
