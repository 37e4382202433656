import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { FastifyReply } from 'fastify';
import {
  ApiError,
  isBusy,
  isAborted,
  noData,
  requestFields,
  waitingClientOf,
  type WaitingClient,
} from '#edge';
import type { JsonPieces } from '#store';
import type { Logger, Metrics } from '#telemetry';
import { jsonArray, NO_DATA } from './json-answer.js';

/** Sends answers and measures how long they take. */
export class JsonResponder {
  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /** Answers with a finished JSON text, or with 404 if there is none. */
  async sendWhole(
    reply: FastifyReply,
    method: string,
    answer: (client: WaitingClient) => Promise<Buffer | undefined>,
  ): Promise<void> {
    const end = this.metrics.querySeconds.startTimer({ method });
    try {
      const body = await answer(waitingClientOf(reply));
      if (body === undefined) throw noData(NO_DATA);
      void reply.type('application/json; charset=utf-8').send(body);
      end({ status: '200' });
    } catch (error) {
      end({ status: statusOf(error) });
      throw error;
    }
  }

  /**
   * Answers with an array of the pieces.
   *
   * @throws ApiError, or any error before the first byte, which the error filter then answers.
   */
  async send(
    reply: FastifyReply,
    method: string,
    pieces: (client: WaitingClient) => Promise<JsonPieces>,
  ): Promise<void> {
    const end = this.metrics.querySeconds.startTimer({ method });
    let body: Readable | undefined;
    try {
      body = await jsonArray(await pieces(waitingClientOf(reply)));
      void reply.type('application/json; charset=utf-8').send(body);
      await finished(body);
      end({ status: '200' });
    } catch (error) {
      if (isAbandoned(body) || (isAborted(error) && reply.raw.closed)) {
        end({ status: CLIENT_LEFT });
        return;
      }
      end({ status: statusOf(error) });
      if (!reply.raw.headersSent) throw error;
      // Part of the answer has been sent, so it could only be cut off, which the stream has done.
      this.logger.error({ err: error, ...requestFields(reply.request), method }, 'an answer was cut off');
    }
  }
}

/** The conventional status for a client that left before the end. */
const CLIENT_LEFT = '499';

function statusOf(error: unknown): string {
  if (error instanceof ApiError) return String(error.status);
  if (isAborted(error)) return CLIENT_LEFT;
  return isBusy(error) ? '503' : '500';
}

/** When a client leaves, the server closes the stream without an error; a stream that failed has one. */
function isAbandoned(body: Readable | undefined): boolean {
  return body !== undefined && body.errored === null;
}
