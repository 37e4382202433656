import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError, permittedSystems, UNAVAILABLE, UNAVAILABLE_RETRY_AFTER_SECONDS } from '#edge';
import { LogUnavailableError } from '#event-log';
import type { Logger } from '#telemetry';
import { bodyChunks } from '../parsing/body-chunks.js';
import { BulkIngestion, ingestLines, totalOf } from '../writing/bulk-ingestion.js';
import { logDeadLetter } from './log-dead-letter.js';
import type { Ingestion } from '../writing/ingestion.js';
import type { LineValidator } from '../validation/line-validator.js';
import { LineSplitter } from '../parsing/line-splitter.js';
import type { UnavailabilityLog } from './unavailability-log.js';
import type { Rejection } from '../rejections/rejection.js';

/** The most rejections that the answer to an upload lists; all are counted and stored. */
export const MAX_REPORTED_REJECTIONS = 100;
/** An upload is given up when nothing has arrived for this long. */
export const UPLOAD_IDLE_MS = 60_000;
/** After a 503, the connection stays open for this long, so that the sender can read the answer. */
export const LINGER_MS = 5_000;

/** A rejected line as the answer lists it. */
type LineRejection = { readonly line: number } & Rejection;

/**
 * Accepts many events as lines: 200 with their outcomes once all are durable; 503 if the log cannot be written.
 * Complete lines are stored whatever happens to the rest.
 */
export class UploadEndpoint {
  constructor(
    private readonly ingestion: Ingestion,
    private readonly validator: LineValidator,
    private readonly unavailability: UnavailabilityLog,
    private readonly logger: Logger,
    private readonly idleMs: number = UPLOAD_IDLE_MS,
  ) {}

  async receive(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const rejections: LineRejection[] = [];
    const bulk = new BulkIngestion(this.ingestion, {
      remoteAddress: request.ip,
      nameOf: (line) => `line ${line}`,
      onRejected: (line, rejection) => {
        logDeadLetter(this.logger, request, rejection, line);
        const { reason, field, message, description } = rejection;
        if (rejections.length < MAX_REPORTED_REJECTIONS) {
          rejections.push({ line, reason, field, message, description });
        }
      },
    });
    try {
      await this.takeAll(request, bulk);
      this.unavailability.available();
      await reply.code(200).send({ ...countsOf(bulk), rejections });
    } catch (error) {
      if (error instanceof LogUnavailableError) return this.refuse(request, reply, bulk, error);
      if (error instanceof ApiError) reply.header('Connection', 'close');
      throw error;
    }
  }

  /** If the body ends early, its complete lines are stored nevertheless. */
  private async takeAll(request: FastifyRequest, bulk: BulkIngestion): Promise<void> {
    const permitted = permittedSystems(request);
    const body = request.body as IncomingMessage | undefined;
    const chunks = body === undefined ? Readable.from([]) : bodyChunks(body, this.idleMs, bulk.failed);
    try {
      await ingestLines(chunks, new LineSplitter(), (line) => this.validator.validate(line, permitted), bulk);
    } catch (error) {
      if (error instanceof ApiError) await bulk.finish();
      throw error;
    }
  }

  private refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    bulk: BulkIngestion,
    error: LogUnavailableError,
  ): void {
    this.unavailability.unavailable(error, request);
    const { raw } = request;
    const cutOff = setTimeout(() => raw.destroy(), LINGER_MS);
    raw.once('close', () => clearTimeout(cutOff));
    if (raw.closed) clearTimeout(cutOff);
    void reply
      .code(503)
      .header('Retry-After', UNAVAILABLE_RETRY_AFTER_SECONDS)
      .send({ ...UPLOAD_UNAVAILABLE, ...countsOf(bulk) });
  }
}

const UPLOAD_UNAVAILABLE = {
  ...UNAVAILABLE,
  description:
    'Some lines could not be stored durably; the counts are of those that were. Send everything again later: repeated events are recognized.',
};

function countsOf(bulk: BulkIngestion) {
  const { received, counts } = bulk;
  return { received, accepted: totalOf(counts.accepted), deadLettered: totalOf(counts.deadLettered) };
}
