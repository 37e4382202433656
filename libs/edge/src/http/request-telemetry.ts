import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestSpan, Tracing } from '#telemetry';

/** By which a caller names its request, and is told how it is named in the log. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** A longer name of a request is not taken over. */
export const MAX_REQUEST_ID_LENGTH = 128;

const SANE_REQUEST_ID = new RegExp(`^[\\w.:/+=@-]{1,${MAX_REQUEST_ID_LENGTH}}$`);

/** Requests about the process itself, which come every few seconds for as long as it runs. */
const UNTRACED = /^\/(health|metrics)/;

declare module 'fastify' {
  interface FastifyRequest {
    /** Where requests are traced. */
    traceId: string | undefined;
  }
}

const PROCESS_ID = randomBytes(8).toString('hex');
let requests = 0;

/** The caller's name of its request if it is short and of plain characters, else one that no other request has. */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers[REQUEST_ID_HEADER];
  if (typeof given === 'string' && SANE_REQUEST_ID.test(given)) return given;
  return `${PROCESS_ID}-${(++requests).toString(36)}`;
}

/** What every log line about a request bears. */
export function requestFields({ id, traceId }: FastifyRequest): { requestId: string; traceId?: string } {
  return traceId === undefined ? { requestId: id } : { requestId: id, traceId };
}

/** Tells every caller the id of its request. */
export function identifyRequests(server: FastifyInstance): void {
  server.decorateRequest('traceId', undefined);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id);
    done();
  });
}

/** Makes each request a span that what is done for it falls into. */
export function traceRequests(tracing: Tracing): (server: FastifyInstance) => void {
  return (server) =>
    server.addHook('onRequest', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'unknown';
      if (UNTRACED.test(route)) return done();
      // The address itself may name systems, and its query agents: the route does not.
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
