import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** Connections whose present request has a body that may take longer than requests may otherwise. */
const slowBodies = new WeakSet<Duplex>();

/**
 * Lets the body of this request take as long as it takes: {@link REQUEST_TIMEOUT_MS} does not end it. Whoever reads the
 * body has to see to it that a sender who falls silent does not hold the connection. The next request on the same
 * connection has to come within the time again.
 */
export function allowSlowBody(request: IncomingMessage): void {
  const { socket } = request;
  slowBodies.add(socket);
  request.once('close', () => slowBodies.delete(socket));
}

/** Whether {@link allowSlowBody} was called for the present request of a connection. */
export function hasSlowBody(socket: Duplex): boolean {
  return slowBodies.has(socket);
}
