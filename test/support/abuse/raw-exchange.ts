import { connect } from 'node:net';

const DEADLINE_MS = 30_000;

/**
 * Sends exactly these bytes. @returns all that comes back until the service closes the connection.
 *
 * @param end whether to close our side after the bytes; otherwise the service must end the connection.
 */
export function rawExchange(baseUrl: string, bytes: string | Buffer, { end = true } = {}): Promise<string> {
  const { hostname, port } = new URL(baseUrl);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    const chunks: Buffer[] = [];
    const timer = setTimeout(() => finish(new Error(`not closed within ${DEADLINE_MS} ms`)), DEADLINE_MS);
    const finish = (error?: Error) => {
      clearTimeout(timer);
      socket.destroy();
      if (error === undefined) resolve(Buffer.concat(chunks).toString('latin1'));
      else reject(error);
    };
    socket.on('data', (chunk) => chunks.push(chunk));
    // A service that does not read the rest resets the connection; its answer counts all the same.
    socket.on('error', () => finish());
    socket.on('end', () => finish());
    socket.on('close', () => finish());
    if (end) socket.end(bytes);
    else socket.write(bytes);
  });
}

/** The status codes of all answers in the received bytes. */
export function statusesOf(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}
