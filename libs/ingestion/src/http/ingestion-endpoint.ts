import type { FastifyReply, FastifyRequest } from 'fastify';
import { permittedSystems, UNAVAILABLE, UNAVAILABLE_RETRY_AFTER_SECONDS } from '#edge';
import { LogUnavailableError } from '#event-log';
import type { Logger } from '#telemetry';
import { logDeadLetter } from './log-dead-letter.js';
import type { Ingestion } from '../writing/ingestion.js';
import { systemIdOf, systemOfDeadLetter, type EventValidator } from '../validation/event-validator.js';
import type { MessageKind } from '../messages/message-kind.js';
import type { UnavailabilityLog } from './unavailability-log.js';
import { prefersStrictHandling } from './prefer-header.js';
import type { Rejection } from '../rejections/rejection.js';

/**
 * Accepts a fire-and-forget message: 204 once it is durable, as an event or as a dead letter; 400 for a dead letter if
 * the sender asked for strict handling; 413 for a body that is too large; 503 if nothing could be stored durably.
 * There is no other answer.
 */
export class IngestionEndpoint {
  constructor(
    private readonly ingestion: Ingestion,
    private readonly validator: EventValidator,
    private readonly unavailability: UnavailabilityLog,
    private readonly logger: Logger,
    private readonly now: () => number,
  ) {}

  async receive<Dto>(request: FastifyRequest, reply: FastifyReply, kind: MessageKind<Dto>): Promise<void> {
    try {
      const rejection = this.rejectionOf(request, kind);
      if (rejection !== undefined) return await this.writeDeadLetter(request, reply, kind, rejection);
      const record = kind.encode(request.body as Dto, this.now());
      const systemId = systemIdOf(request.body as Record<string, unknown>);
      await this.ingestion.accept({ type: kind.type, topic: kind.topic, record, systemId });
      this.unavailability.available();
      void reply.code(204).send();
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
      this.unavailability.unavailable(error, request);
      void reply.code(503).header('Retry-After', UNAVAILABLE_RETRY_AFTER_SECONDS).send(UNAVAILABLE);
    }
  }

  private rejectionOf<Dto>(request: FastifyRequest, kind: MessageKind<Dto>): Rejection | undefined {
    const parameters = request.body as Record<string, unknown>;
    const fault = request.validationError?.validation?.[0];
    const reading = { parameters, rejection: request.rejection };
    return this.validator.rejectionOf(kind, reading, fault, permittedSystems(request));
  }

  private async writeDeadLetter<Dto>(
    request: FastifyRequest,
    reply: FastifyReply,
    kind: MessageKind<Dto>,
    rejection: Rejection,
  ): Promise<void> {
    const { bytes, size } = request.rawBody!;
    await this.ingestion.writeDeadLetter({
      type: kind.type,
      rejection,
      body: bytes,
      bodyBytes: size,
      systemId: systemOfDeadLetter(request.body as Record<string, unknown>, permittedSystems(request)),
      remoteAddress: request.ip,
    });
    logDeadLetter(this.logger, request, rejection);
    const { field, message, description } = rejection;
    if (rejection.reason === 'too_large') {
      void reply.code(413).header('Connection', 'close').send({ field, message, description });
    } else if (prefersStrictHandling(request.headers.prefer)) {
      void reply.code(400).send({ field, message, description });
    } else {
      void reply.code(204).send();
    }
  }
}
