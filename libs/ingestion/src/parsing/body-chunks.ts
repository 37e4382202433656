import type { IncomingMessage } from 'node:http';
import { ApiError } from '#edge';
import { connectionLost } from './raw-body.js';

/**
 * Yields the chunks of a body as they arrive, reading on demand. If the iteration ends early, the body stays open, so
 * that the sender can still be answered.
 *
 * @param idleMs how long a sender may send nothing.
 * @param signal ends the wait for more; its reason is thrown.
 * @throws ApiError 400 if the connection breaks, 408 if nothing arrives for too long.
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
    else if (body.destroyed) throw connectionLost();
    else await waitForMore(body, idleMs, signal);
    signal.throwIfAborted();
  }
}

const EVENTS = ['readable', 'end', 'error', 'close'] as const;

function waitForMore(body: IncomingMessage, idleMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = (timeout?: ApiError) => {
      clearTimeout(timer);
      for (const event of EVENTS) body.off(event, onEvent);
      signal.removeEventListener('abort', onEvent);
      if (timeout === undefined) resolve();
      else reject(timeout);
    };
    const onEvent = () => finish();
    const timer = setTimeout(() => finish(idleTimeout(idleMs)), idleMs);
    for (const event of EVENTS) body.on(event, onEvent);
    signal.addEventListener('abort', onEvent);
  });
}

function idleTimeout(idleMs: number): ApiError {
  return new ApiError(408, {
    field: '',
    message: 'the body stopped arriving',
    description: `Nothing arrived for ${idleMs / 1000} seconds. Complete lines were stored; sending everything again is harmless.`,
  });
}
