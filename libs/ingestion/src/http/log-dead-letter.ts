import type { FastifyRequest } from 'fastify';
import { requestFields } from '#edge';
import type { Logger } from '#telemetry';
import type { Rejection } from '../rejections/rejection.js';

/**
 * Logs a dead letter at debug level: senders control how many there are, and each is counted and stored anyway. The
 * message of the rejection is left out, since it may quote the body.
 *
 * @param line the number of the line, in an upload.
 */
export function logDeadLetter(
  logger: Logger,
  request: FastifyRequest,
  { reason, field }: Rejection,
  line?: number,
): void {
  if (!logger.isLevelEnabled('debug')) return;
  const where = line === undefined ? {} : { line };
  logger.debug(
    { ...requestFields(request), ...where, reason, field },
    'an event was rejected and stored as a dead letter',
  );
}
