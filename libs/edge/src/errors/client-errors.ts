import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ApiErrorBody } from './api-error.js';
import { hasSlowBody } from '../http/request-timeout.js';

/** How long answers to earlier, complete requests may take after a connection has received garbage. */
export const FINISH_ANSWERS_MS = 30_000;

/** The unfinished answers of each connection, in the order of their requests. */
const underWay = new WeakMap<Socket, Set<ServerResponse>>();

/** Connections that will be closed once those are finished. Further input on them is ignored. */
const ending = new WeakSet<Socket>();

/** Tracks the answers under way for {@link clientErrorAnswers}. */
export function followAnswers(server: FastifyInstance): void {
  server.addHook('onRequest', ({ raw: { socket } }, { raw: response }, done) => {
    const answers = underWay.get(socket) ?? new Set();
    underWay.set(socket, answers.add(response));
    response.once('close', () => answers.delete(response));
    done();
  });
}

/**
 * Answers input that cannot be parsed as a request, and closes the connection. Earlier, complete requests are answered
 * first. If an answer was begun that cannot be finished, nothing is written into it.
 */
export function clientErrorAnswers(finishMs: number = FINISH_ANSWERS_MS) {
  return (error: Error & { code?: string }, socket: Socket): void => {
    const { code = '' } = error;
    if (code === 'ECONNRESET' || socket.destroyed || ending.has(socket)) return;
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT' && hasSlowBody(socket)) return;
    ending.add(socket);
    const cutOff = setTimeout(() => socket.destroy(error), finishMs);
    socket.once('close', () => clearTimeout(cutOff));
    afterAnswers(socket, () => refuse(socket, ANSWERS[code] ?? NOT_HTTP));
  };
}

/** Only complete requests have an answer to wait for. */
function afterAnswers(socket: Socket, then: () => void): void {
  const next = answersOf(socket).find(({ req }) => req.complete);
  if (next === undefined) return then();
  next.once('close', () => afterAnswers(socket, then));
}

function refuse(socket: Socket, { status, body }: ClientErrorAnswer): void {
  const isBegun = answersOf(socket).some(({ headersSent }) => headersSent);
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}`;
  if (socket.writable && !isBegun) socket.write(`${head}\r\nConnection: close\r\n\r\n${text}`);
  socket.destroySoon();
}

function answersOf(socket: Socket): ServerResponse[] {
  return [...(underWay.get(socket) ?? [])];
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
      message: 'the request took too long to arrive',
      description: 'Send the whole request without pauses.',
    },
  },
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    body: {
      field: '',
      message: 'the URL and headers are too long',
      description: 'Ask for fewer agents or groups in one request.',
    },
  },
};

const NOT_HTTP: ClientErrorAnswer = {
  status: '400 Bad Request',
  body: { field: '', message: 'bad request', description: 'The request is not valid HTTP.' },
};
