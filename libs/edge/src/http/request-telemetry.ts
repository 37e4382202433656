import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestSpan, Tracing } from '#telemetry';

/** The header in which a client may send the id of its request, and receives the id that the log uses. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** A longer id from the client is ignored. */
export const MAX_REQUEST_ID_LENGTH = 128;

const SANE_REQUEST_ID = new RegExp(`^[\\w.:/+=@-]{1,${MAX_REQUEST_ID_LENGTH}}$`);

/** Requests about the process itself, which come every few seconds. */
const UNTRACED = /^\/(health|metrics)/;

declare module 'fastify' {
  interface FastifyRequest {
    /** `undefined` while tracing is off. */
    traceId: string | undefined;
  }
}

const PROCESS_ID = randomBytes(8).toString('hex');
let requests = 0;

/** The client's own id if it is short and of plain characters, else a unique one. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[REQUEST_ID_HEADER];
  if (typeof given === 'string' && SANE_REQUEST_ID.test(given)) return given;
  return `${PROCESS_ID}-${(++requests).toString(36)}`;
}

/** The fields of every log line about a request. */
export function requestFields({ id, traceId }: FastifyRequest): { requestId: string; traceId?: string } {
  return traceId === undefined ? { requestId: id } : { requestId: id, traceId };
}

/** Sends every client the id of its request. */
export function identifyRequests(server: FastifyInstance): void {
  server.decorateRequest('traceId', undefined);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
}

/** Makes each request a span, under which its work is traced. */
export function traceRequests(tracing: Tracing): (server: FastifyInstance) => void {
  return (server) =>
    server.addHook('onRequest', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'unknown';
      if (UNTRACED.test(route)) return done();
      // The URL may name systems and agents; the route does not.
      const attributes = { 'http.request.method': request.method, 'http.route': route };
      const span = tracing.startRequest(`${request.method} ${route}`, request.headers, attributes);
      request.traceId = span.traceId;
      endWith(span, reply);
      span.run(done);
    });
}

function endWith(span: RequestSpan, { raw }: FastifyReply): void {
  raw.once('close', () => span.end(raw.statusCode, raw.writableFinished));
}
