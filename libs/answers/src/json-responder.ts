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
import { jsonArray } from './json-answer.js';

/** Sends answers and takes their time. */
export class JsonResponder {
  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /** Answers with a text that is JSON already, or with 404 if there is none. */
  async sendWhole(
    reply: FastifyReply,
    method: string,
    answer: (asker: WaitingClient) => Promise<Buffer | undefined>,
  ): Promise<void> {
    const end = this.metrics.querySeconds.startTimer({ method });
    try {
      const body = await answer(waitingClientOf(reply));
      if (body === undefined) throw noData('There is nothing for what was asked for.');
      void reply.type('application/json; charset=utf-8').send(body);
      end({ status: '200' });
    } catch (error) {
      end({ status: statusOf(error) });
      throw error;
    }
  }

  /**
   * Answers with the array of the pieces.
   *
   * @throws ApiError, or whatever failed before the first byte, for the filter to answer.
   */
  async send(
    reply: FastifyReply,
    method: string,
    pieces: (asker: WaitingClient) => Promise<JsonPieces>,
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
      // With some of the answer gone, all that is left to do is to break it off, which the stream has done.
      this.logger.error({ err: error, ...requestFields(reply.request), method }, 'an answer broke off');
    }
  }
}

/** By convention, 499 stands for a client that left before the end. */
const CLIENT_LEFT = '499';

function statusOf(error: unknown): string {
  if (error instanceof ApiError) return String(error.status);
  if (isAborted(error)) return CLIENT_LEFT;
  return isBusy(error) ? '503' : '500';
}

/** The server gives up the stream of a client that has left; a stream that failed bears its fault. */
function isAbandoned(body: Readable | undefined): boolean {
  return body !== undefined && body.errored === null;
}
