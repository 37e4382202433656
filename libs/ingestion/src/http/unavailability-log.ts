import type { FastifyRequest } from 'fastify';
import { requestFields } from '#edge';
import type { LogUnavailableError } from '#event-log';
import type { Logger } from '#telemetry';

/** Tells of the beginning and the end of an outage of the event log, not of every request in it. */
export class UnavailabilityLog {
  private isUnavailable = false;

  constructor(private readonly logger: Logger) {}

  unavailable(error: LogUnavailableError, request: FastifyRequest): void {
    if (this.isUnavailable) return;
    this.isUnavailable = true;
    this.logger.error(
      { err: error, ...requestFields(request) },
      'events cannot be written and are answered 503',
    );
  }

  /** Something was written. */
  available(): void {
    if (!this.isUnavailable) return;
    this.isUnavailable = false;
    this.logger.info('events can be written again');
  }
}
