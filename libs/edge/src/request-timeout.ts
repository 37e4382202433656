import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiErrorBody } from './api-error.js';

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

/** Answers what never became a request that could be routed, and closes the connection. */
export function answerClientError(error: Error & { code?: string }, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && slowBodies.has(socket)) return;
  const { status, body } = ANSWERS[error.code ?? ''] ?? NOT_HTTP;
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}`;
  if (socket.writable) socket.write(`${head}\r\nConnection: close\r\n\r\n${text}`);
  socket.destroy(error);
}

interface ClientErrorAnswer {
  readonly status: string;
  readonly body: ApiErrorBody;
}

const ANSWERS: Readonly<Record<string, ClientErrorAnswer>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    body: {
      field: '',
      message: 'the request takes too long',
      description: 'Send the whole request without pauses.',
    },
  },
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    body: {
      field: '',
      message: 'the address and headers are too long',
      description: 'Ask for fewer agents or groups in one request.',
    },
  },
};

const NOT_HTTP: ClientErrorAnswer = {
  status: '400 Bad Request',
  body: { field: '', message: 'bad request', description: 'The request is not HTTP.' },
};
