import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Connections whose current request has a body that may exceed the time limit of requests. */
const slowBodies = new WeakSet<Duplex>();

/**
 * Lifts {@link REQUEST_TIMEOUT_MS} for the body of this request. The reader of the body must then cut off senders that
 * stop sending. The limit applies again to the next request on the connection.
 */
export function allowSlowBody(request: IncomingMessage): void {
  const { socket } = request;
  slowBodies.add(socket);
  request.once('close', () => slowBodies.delete(socket));
}

/** Whether {@link allowSlowBody} was called for the current request of a connection. */
export function hasSlowBody(socket: Duplex): boolean {
  return slowBodies.has(socket);
}
