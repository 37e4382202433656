import type { FastifyReply, FastifyRequest } from 'fastify';
import { UNAVAILABLE } from '#edge';
import { LogUnavailableError, type DeadLetter, type NewRecord, type TopicName } from '#event-log';
import type { Logger } from '#telemetry';
import type { Ingestion } from './ingestion.js';
import { prefersStrictHandling } from './prefer-header.js';
import { wellFormed, type Rejection } from './rejection.js';
import { checkTime, type TimeLimits } from './time-limits.js';
import { rejectionOf } from './validation-rejection.js';

/** Seconds after which a sender may try again when nothing could be written. */
export const RETRY_AFTER_SECONDS = 5;

/** What tells one kind of fire-and-forget message from another. */
export interface MessageKind<Dto> {
  readonly type: DeadLetter['type'];
  readonly topic: TopicName;
  /** The time of what is reported, in milliseconds since the Unix epoch. */
  timeOf(dto: Dto): number;
  encode(dto: Dto, receivedAt: number): NewRecord;
  /** A rule that spans several parameters; the schema judges each by itself. */
  check?(dto: Dto): Rejection | undefined;
}

/**
 * Takes a fire-and-forget message: 204 once it is durable, as an event or as a dead letter; 400 instead for a
 * dead letter if the sender asked for strict handling; 413 for a body that is too large; 503 if nothing durable
 * could be written. There is no other answer.
 */
export class IngestionEndpoint {
  private outage = false;

  constructor(
    private readonly ingestion: Ingestion,
    private readonly limits: TimeLimits,
    private readonly logger: Logger,
    private readonly now: () => number,
  ) {}

  async receive<Dto>(request: FastifyRequest, reply: FastifyReply, kind: MessageKind<Dto>): Promise<void> {
    try {
      const rejection = this.judge(request, kind);
      if (rejection !== undefined) return await this.putAside(request, reply, kind, rejection);
      await this.ingestion.accept(kind.type, kind.topic, kind.encode(request.body as Dto, this.now()));
      this.noteWritten();
      void reply.code(204).send();
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
      this.noteOutage(error);
      void reply.code(503).header('Retry-After', RETRY_AFTER_SECONDS).send(UNAVAILABLE);
    }
  }

  /** Tells the beginning of an outage, not every request in it. */
  private noteOutage(error: LogUnavailableError): void {
    if (this.outage) return;
    this.outage = true;
    this.logger.error({ err: error }, 'events cannot be written and are answered 503');
  }

  private noteWritten(): void {
    if (!this.outage) return;
    this.outage = false;
    this.logger.info('events can be written again');
  }

  private judge<Dto>(request: FastifyRequest, kind: MessageKind<Dto>): Rejection | undefined {
    if (request.rejection !== undefined) return request.rejection;
    const fault = request.validationError?.validation?.[0];
    if (fault !== undefined) return rejectionOf(fault);
    const dto = request.body as Dto;
    return kind.check?.(dto) ?? checkTime(kind.timeOf(dto), this.now(), this.limits);
  }

  private async putAside<Dto>(
    request: FastifyRequest,
    reply: FastifyReply,
    kind: MessageKind<Dto>,
    rejection: Rejection,
  ): Promise<void> {
    const { bytes, size } = request.rawBody!;
    const systemId = (request.body as { systemId?: unknown }).systemId;
    await this.ingestion.putAside({
      type: kind.type,
      rejection,
      body: bytes,
      bodyBytes: size,
      systemId: typeof systemId === 'string' ? wellFormed(systemId) : '',
      remoteAddress: request.ip,
    });
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
