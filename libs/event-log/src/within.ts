import { LogUnavailableError } from './event-log.js';

/**
 * What was promised, if it comes in time. What comes later goes on, and its failure is nobody's any more.
 *
 * @throws LogUnavailableError after the time.
 */
export function within<T>(promised: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new LogUnavailableError(`not acknowledged within ${ms} ms`));
    const timer = setTimeout(late, ms);
    promised.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
