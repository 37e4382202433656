import { LogUnavailableError } from '../log-errors.js';

/**
 * Waits until a write to the LMDB environment is durable.
 *
 * @throws LogUnavailableError if its transaction could not be committed. Nothing of it was stored then.
 */
export async function durably<T>(write: Promise<T>): Promise<T> {
  try {
    return await write;
  } catch (cause) {
    handleReason(cause);
    throw new LogUnavailableError('the event log could not be written', { cause });
  }
}

/** A failed write carries its reason as another rejected promise, which would end the process if left unhandled. */
function handleReason(error: unknown): void {
  const { commitError } = error as { commitError?: Promise<never> };
  commitError?.catch(() => undefined);
}
