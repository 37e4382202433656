import type { FastifyRequest } from 'fastify';

/** The systems that a request may see; all of them while there are no credentials. */
export function permittedSystems(_request: FastifyRequest): readonly string[] | undefined {
  return undefined;
}
