import { finished } from 'node:stream/promises';
import type { FastifyReply } from 'fastify';
import { ApiError } from '#edge';
import type { JsonPieces } from '#store';
import type { Logger, Metrics } from '#telemetry';
import { jsonArray } from './json-answer.js';

/** Sends answers and takes their time. */
export class Answering {
  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /**
   * Answers with the array of the pieces.
   *
   * @throws ApiError, or whatever failed before the first byte, for the filter to answer.
   */
  async send(reply: FastifyReply, method: string, pieces: () => Promise<JsonPieces>): Promise<void> {
    const end = this.metrics.querySeconds.startTimer({ method });
    try {
      const body = await jsonArray(await pieces());
      void reply.type('application/json; charset=utf-8').send(body);
      await finished(body).catch((error: unknown) => {
        if (!reply.raw.destroyed) this.logger.error({ err: error, method }, 'an answer broke off');
        throw error;
      });
      end({ status: '200' });
    } catch (error) {
      end({ status: statusOf(error) });
      // With some of the answer gone, all that is left to do is to break it off, which the stream has done.
      if (!reply.raw.headersSent) throw error;
    }
  }
}

/** By convention, 499 stands for a client that left before the end. */
function statusOf(error: unknown): string {
  if (error instanceof ApiError) return String(error.status);
  return (error as { code?: unknown } | null)?.code === 'ERR_STREAM_PREMATURE_CLOSE' ? '499' : '500';
}
