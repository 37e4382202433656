import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.js';

/** The systems that the key of a request is valid for; `undefined` for all. */
export function permittedSystems(request: FastifyRequest): readonly string[] | undefined {
  return request.apiKey?.systems;
}

/** Whether a key that is valid for `permitted` is valid for the system. */
export function maySpeakFor(permitted: readonly string[] | undefined, systemId: string): boolean {
  return permitted === undefined || permitted.includes(systemId);
}

/** 403: the key is not valid for the requested system. */
export function forbiddenSystemError(systemId: string): ApiError {
  return new ApiError(403, {
    field: 'systemId',
    message: `the key is not valid for the system ${systemId}`,
    description: 'Use a key that is valid for that system, or name another system.',
  });
}
