import type { FastifyInstance } from 'fastify';
import type { ApiErrorBody } from '../errors/api-error.js';

/** Why an answer would be wrong at this moment. */
export interface AnswerObstacle {
  readonly status: 'starting' | 'catching_up' | 'degraded';
  readonly body: ApiErrorBody;
  readonly retryAfterSeconds: number;
}

/** Knows whether what is stored is all that was acknowledged. */
export interface AnswerGate {
  /** `undefined` while answers are right. */
  obstacle(): AnswerObstacle | undefined;
}

/** What operators look into while answers are refused. */
const ALWAYS_OPEN = ['/ops/dead-letters', '/ops/audit'];

/**
 * Refuses the questions of WFM, and of operators about what is stored, with 503 and `Retry-After` while their answers would
 * be wrong. Sending, health and metrics go on.
 */
export function refuseIncompleteAnswers(gate: AnswerGate): (server: FastifyInstance) => void {
  return (server) => {
    server.addHook('preHandler', (request, reply, done) => {
      const { config, url = '' } = request.routeOptions;
      if (!isQuestion(request.method, config.access, url)) return done();
      const obstacle = gate.obstacle();
      if (obstacle === undefined) return done();
      void reply.code(503).header('Retry-After', obstacle.retryAfterSeconds).send(obstacle.body);
    });
  };
}

function isQuestion(method: string, access: string | undefined, url: string): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (access === 'query') return true;
  return access === 'ops' && url.startsWith('/ops/') && !ALWAYS_OPEN.some((path) => url.startsWith(path));
}
