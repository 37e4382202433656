import type { FastifyInstance } from 'fastify';
import type { ApiErrorBody } from '../errors/api-error.js';

/** Why answers would be incomplete at the moment. */
export interface AnswerObstacle {
  readonly status: 'starting' | 'catching_up' | 'degraded';
  readonly body: ApiErrorBody;
  readonly retryAfterSeconds: number;
}

/** Knows whether everything that was acknowledged is in the store. */
export interface AnswerGate {
  /** `undefined` while answers are complete. */
  obstacle(): AnswerObstacle | undefined;
}

/** Paths that operators need while answers are refused. */
const ALWAYS_OPEN = ['/ops/dead-letters', '/ops/audit'];

/**
 * Answers the queries of the WFM, and those of operators about stored data, with 503 and `Retry-After` while they would
 * be incomplete. Receiving, health and metrics go on.
 */
export function refuseIncompleteAnswers(gate: AnswerGate): (server: FastifyInstance) => void {
  return (server) => {
    server.addHook('preHandler', (request, reply, done) => {
      const { config, url = '' } = request.routeOptions;
      if (!isQuery(request.method, config.access, url)) return done();
      const obstacle = gate.obstacle();
      if (obstacle === undefined) return done();
      void reply.code(503).header('Retry-After', obstacle.retryAfterSeconds).send(obstacle.body);
    });
  };
}

function isQuery(method: string, access: string | undefined, url: string): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (access === 'query') return true;
  return access === 'ops' && url.startsWith('/ops/') && !ALWAYS_OPEN.some((path) => url.startsWith(path));
}
