import type { IncomingMessage } from 'node:http';
import { ApiError } from '#edge';
import { brokenOff } from './raw-body.js';

/**
 * The chunks of a body as they come; the next is read once it is asked for. The body is left as it is when the
 * iteration ends early, so that there is still somebody to answer.
 *
 * @param idleMs how long a sender may send nothing.
 * @param signal ends the wait for more, with its reason.
 * @throws ApiError 400 if the connection breaks, 408 if nothing comes for too long.
 */
export async function* bodyChunks(
  body: IncomingMessage,
  idleMs: number,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void, void> {
  for (;;) {
    const chunk = body.read() as Buffer | null;
    if (chunk !== null) yield chunk;
    else if (body.readableEnded) return;
    else if (body.destroyed) throw brokenOff();
    else await untilSomethingComes(body, idleMs, signal);
    signal.throwIfAborted();
  }
}

const EVENTS = ['readable', 'end', 'error', 'close'] as const;

function untilSomethingComes(body: IncomingMessage, idleMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (silent?: ApiError) => {
      clearTimeout(timer);
      for (const event of EVENTS) body.off(event, something);
      signal.removeEventListener('abort', something);
      if (silent === undefined) resolve();
      else reject(silent);
    };
    const something = () => settle();
    const timer = setTimeout(() => settle(silentFor(idleMs)), idleMs);
    for (const event of EVENTS) body.on(event, something);
    signal.addEventListener('abort', something);
  });
}

function silentFor(idleMs: number): ApiError {
  return new ApiError(408, {
    field: '',
    message: 'the body does not go on',
    description: `Nothing came for ${idleMs / 1000} seconds. The lines that were complete are kept; sending everything again is harmless.`,
  });
}
