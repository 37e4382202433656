import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '#telemetry';
import type { ApiErrorBody } from '../errors/api-error.js';
import type { ApiKey, KeyRing } from './api-key.js';
import { FailedTries, MAX_FAILED_TRIES } from './failed-tries.js';
import { presentedKey } from './presented-key.js';
import { answerWhileDraining, hasBody } from './answer-while-draining.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The key that admitted the request; `undefined` while authentication is off and on public routes. */
    apiKey: ApiKey | undefined;
  }
}

/**
 * Requires every request to present a key with the role of its route, before its body is read.
 *
 * @param keys returns the keys that are in force at the time of the call.
 */
export function authenticate(server: FastifyInstance, keys: () => KeyRing, logger: Logger): void {
  const failedTries = new FailedTries();
  server.addHook('onRequest', (request, reply, done) => {
    const { access } = request.routeOptions.config;
    if (access === 'public') return done();
    const presented = presentedKey(request.headers);
    if (presented === undefined) return refuse(request, reply, 401, NO_KEY);
    const key = keys().find(presented);
    if (key === undefined) return refuseWrongKey(request, reply, failedTries, logger);
    // Any valid key may see a 404. A route without a declared role is denied to everyone.
    if (!request.is404 && (access === undefined || !key.roles.has(access))) {
      return refuse(request, reply, 403, missingRole(access));
    }
    request.apiKey = key;
    done();
  });
}

function refuseWrongKey(
  request: FastifyRequest,
  reply: FastifyReply,
  failedTries: FailedTries,
  logger: Logger,
): void {
  const address = request.ip;
  const retryAfterSeconds = failedTries.count(address);
  if (retryAfterSeconds === undefined) {
    logger.warn({ address }, 'a request presented an unknown key');
    return refuse(request, reply, 401, WRONG_KEY);
  }
  void reply.header('Retry-After', retryAfterSeconds);
  refuse(request, reply, 429, TOO_MANY_TRIES);
}

/** The body is discarded, and the connection closes with the answer. */
function refuse(request: FastifyRequest, reply: FastifyReply, status: number, body: ApiErrorBody): void {
  if (status === 401) void reply.header('WWW-Authenticate', CHALLENGES);
  void reply.code(status).header('Connection', 'close');
  if (request.method === 'HEAD' || !hasBody(request)) return void reply.send(body);
  const text = JSON.stringify(body);
  void reply
    .header('Content-Type', 'application/json; charset=utf-8')
    .header('Content-Length', Buffer.byteLength(text))
    .send(answerWhileDraining(request.raw, text));
}

const CHALLENGES = ['Bearer realm="StatusLedger"', 'Basic realm="StatusLedger", charset="UTF-8"'];

const HOW_TO_SEND =
  'Send it as Authorization: Bearer, as the password of HTTP Basic, or as X-API-Key; npm run api-key creates keys.';

const NO_KEY: ApiErrorBody = { field: '', message: 'an API key is required', description: HOW_TO_SEND };

const WRONG_KEY: ApiErrorBody = { field: '', message: 'the API key is unknown', description: HOW_TO_SEND };

const TOO_MANY_TRIES: ApiErrorBody = {
  field: '',
  message: 'too many wrong keys',
  description: `More than ${MAX_FAILED_TRIES} wrong keys came from this address, or its IPv6 network, within a minute. A valid key is accepted at any time.`,
};

function missingRole(role: string | undefined): ApiErrorBody {
  const description = role === undefined ? 'No key permits this.' : `Use a key with the role ${role}.`;
  return { field: '', message: 'the key does not permit this', description };
}
