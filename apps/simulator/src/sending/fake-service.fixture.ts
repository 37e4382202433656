import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a fake service answers; `hangUp` closes the connection without an answer. */
export type FakeAnswer =
  { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> } | 'hangUp';

export interface FakeService {
  readonly url: URL;
  readonly seen: SeenRequest[];
  readonly connections: () => number;
  close(): Promise<void>;
}

/** The body of an error, as the service writes it (spec 5). */
export const NO_DATA = JSON.stringify({
  field: '',
  message: 'No data',
  description: 'No data for the request',
});

/** A real HTTP server on a loopback port with the given answers. */
export async function fakeService(
  answer: (request: SeenRequest, nth: number) => FakeAnswer | Promise<FakeAnswer>,
): Promise<FakeService> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<unknown>();
  const server = createServer({ maxHeaderSize: 300 * 1024 }, (request, response) => {
    void readBody(request).then(async (body) => {
      const { method = '', url = '', headers } = request;
      const nth = seen.push({ method, url, headers, body });
      const reply = await answer(seen[nth - 1]!, nth);
      if (reply === 'hangUp') response.destroy();
      else response.writeHead(reply.status, reply.headers).end(reply.body);
    });
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    seen,
    connections: () => sockets.size,
    close: () => close(server),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
