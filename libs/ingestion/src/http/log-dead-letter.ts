import type { FastifyRequest } from 'fastify';
import { requestFields } from '#edge';
import type { Logger } from '#telemetry';
import type { Rejection } from '../rejections/rejection.js';

/**
 * Tells of a dead letter, at debug: senders make them, any number of them, and they are counted and kept anyway. What was
 * sent is not told: the message of a rejection may quote it.
 *
 * @param line of an upload.
 */
export function logDeadLetter(
  logger: Logger,
  request: FastifyRequest,
  { reason, field }: Rejection,
  line?: number,
): void {
  if (!logger.isLevelEnabled('debug')) return;
  const where = line === undefined ? {} : { line };
  logger.debug({ ...requestFields(request), ...where, reason, field }, 'a dead letter was put aside');
}
