import type { FastifyRequest } from 'fastify';
import { requestFields } from '#edge';
import type { LogUnavailableError } from '#event-log';
import type { Logger } from '#telemetry';

/** Logs when the event log becomes unavailable and available again, rather than every request that is answered 503. */
export class UnavailabilityLog {
  private isUnavailable = false;

  constructor(private readonly logger: Logger) {}

  unavailable(error: LogUnavailableError, request: FastifyRequest): void {
    if (this.isUnavailable) return;
    this.isUnavailable = true;
    this.logger.error(
      { err: error, ...requestFields(request) },
      'events cannot be written; requests are answered 503',
    );
  }

  /** To be called after a successful write. */
  available(): void {
    if (!this.isUnavailable) return;
    this.isUnavailable = false;
    this.logger.info('events can be written again');
  }
}
