import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  permittedSystems,
  UNAVAILABLE,
  UNAVAILABLE_RETRY_AFTER_SECONDS,
  RequiresRole,
  waitingClientOf,
} from '#edge';
import { LogUnavailableError } from '#event-log';
import type { DeadLetterPlace, DeadLetterStore } from '#store';
import { ApiDeadLetter, ApiDeadLetters, ApiResend } from '../api-ops.js';
import { decodeCursor, encodeCursor } from '../cursor.js';
import { letterAnswer } from './dead-letter-answer.js';
import { SHOWN_BODY_BYTES } from './dead-letter-body.js';
import {
  pageOf,
  readCursor,
  readOneOf,
  readPageSize,
  readTimeRange,
  readText,
  type OpsQuery,
} from '../ops-parameters.js';
import { DEAD_LETTERS, OPS_LIMITS, type OpsLimits, type ReceivedBody } from '../ops-ports.js';
import { noSuchLetter, Resending, type ResendResult } from './resending.js';

/** The maximum length of `resentBy`. */
export const MAX_RESENT_BY_LENGTH = 256;

/** Lists and resends dead letters for operators: see `docs/semantics.md` 7. */
@Controller('ops/dead-letters')
@RequiresRole('ops')
export class DeadLettersController {
  constructor(
    @Inject(DEAD_LETTERS) private readonly letters: DeadLetterStore,
    @Inject(Resending) private readonly resending: Resending,
    @Inject(OPS_LIMITS) private readonly limits: OpsLimits,
  ) {}

  @Get()
  @ApiDeadLetters()
  async list(
    @Query() query: OpsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const limit = readPageSize(query);
    const resent = readOneOf(query, 'resent', ['true', 'false']);
    const filter = {
      systems: permittedSystems(request),
      systemId: readText(query, 'systemId'),
      reason: readText(query, 'reason'),
      type: readText(query, 'type'),
      ...readTimeRange(query),
      resent: resent === undefined ? undefined : resent === 'true',
    };
    const after = readPlace(query);
    const store = this.letters.askedBy(waitingClientOf(reply));
    const letters = await store.deadLetters(filter, after, limit + 1, SHOWN_BODY_BYTES);
    const { page, last } = pageOf(letters, limit);
    return {
      deadLetters: page.map((letter) => letterAnswer(letter, this.limits)),
      ...(last === undefined ? {} : { nextCursor: encodeCursor([last.receivedAt, last.id]) }),
    };
  }

  @Get(':id')
  @ApiDeadLetter()
  async one(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const store = this.letters.askedBy(waitingClientOf(reply));
    const letter = await store.deadLetter(id, permittedSystems(request), SHOWN_BODY_BYTES);
    if (letter === undefined) throw noSuchLetter(id);
    return letterAnswer(letter, this.limits);
  }

  @Post(':id/resend')
  @ApiResend()
  @RouteConfig({ anyBody: true })
  async resend(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const received = request.body as ReceivedBody | undefined;
    const body = received === undefined || received.size === 0 ? undefined : received;
    try {
      const by = requesterOf(request);
      const result = await this.resending.resend({ id, systems: permittedSystems(request), body, by });
      answerResend(reply, id, result);
    } catch (error) {
      if (!(error instanceof LogUnavailableError)) throw error;
      void reply.code(503).header('Retry-After', UNAVAILABLE_RETRY_AFTER_SECONDS).send(NOT_WRITTEN);
    }
  }
}

const NOT_WRITTEN = {
  ...UNAVAILABLE,
  description:
    'The event, or the record of this attempt, could not be stored durably. Resend it later; that is harmless in either case.',
};

function answerResend(reply: FastifyReply, id: string, { refusal, ...result }: ResendResult): void {
  if (refusal === undefined) {
    void reply.code(200).send({ id, ...result, outcome: 'accepted' });
    return;
  }
  const { reason, field, message, description } = refusal;
  // The rest of a body that is too large may still be arriving.
  if (reason === 'too_large') void reply.code(413).header('Connection', 'close');
  else void reply.code(422);
  void reply.send({ field, message, description, id, ...result, outcome: 'rejected', reason });
}

function requesterOf(request: FastifyRequest): string {
  const agent = request.headers['user-agent'];
  const key = request.apiKey === undefined ? '' : `${request.apiKey.name} at `;
  return `${key}${request.ip}${agent === undefined ? '' : ` (${agent})`}`.slice(0, MAX_RESENT_BY_LENGTH);
}

function readPlace(query: OpsQuery): DeadLetterPlace | undefined {
  const cursor = readCursor(query);
  if (cursor === undefined) return undefined;
  const [receivedAt, id] = decodeCursor(cursor, [0, ''] as [number, string]);
  return { receivedAt, id };
}
