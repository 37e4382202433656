import type { FastifyRequest } from 'fastify';
import { ApiError } from '../errors/api-error.js';

/** The systems that a request may speak for; `undefined` if all. */
export function permittedSystems(request: FastifyRequest): readonly string[] | undefined {
  return request.apiKey?.systems;
}

/** Whether a request that may speak for `permitted` may speak for the system. */
export function maySpeakFor(permitted: readonly string[] | undefined, systemId: string): boolean {
  return permitted === undefined || permitted.includes(systemId);
}

/** 403: the key may not speak for the system that was named. */
export function forbiddenSystemError(systemId: string): ApiError {
  return new ApiError(403, {
    field: 'systemId',
    message: `the key may not speak for the system ${systemId}`,
    description: 'Name a system that the key may speak for, or use a key of that system.',
  });
}
