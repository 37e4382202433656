import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  badRequest,
  forbiddenSystemError,
  isoTime,
  maySpeakFor,
  permittedSystems,
  RequiresRole,
} from '#edge';
import type { SystemFigures, SystemsStore } from '#store';
import { ApiOpsSystems } from './ops-systems-answer.js';
import { JsonResponder, type QueryString } from '#answers';
import { OPS_CLOCK, SYSTEMS_STORE } from '../ops-ports.js';
import { readOpsPeriod } from './read-ops-period.js';

/** Lists the figures of each system for operators: see `docs/semantics.md` 7. */
@Controller('ops')
@RequiresRole('ops')
export class OpsSystemsController {
  constructor(
    @Inject(SYSTEMS_STORE) private readonly store: SystemsStore,
    @Inject(JsonResponder) private readonly responder: JsonResponder,
    @Inject(OPS_CLOCK) private readonly now: () => number,
  ) {}

  @Get('systems')
  @ApiOpsSystems()
  async systems(
    @Query() query: QueryString,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.responder.sendWhole(reply, 'opsSystems', async (client) => {
      const now = this.now();
      const { start: from, end: to } = readOpsPeriod(query, now);
      const store = this.store.askedBy(client);
      const figures: object[] = [];
      for (const systemId of requestedSystems(readSystemId(query), permittedSystems(request))) {
        const ofOne = systemId === undefined ? {} : { systemId };
        figures.push(...(await store.figures({ ...ofOne, from, to, now })).map(withIsoTimes));
      }
      return Buffer.from(JSON.stringify(figures));
    });
  }
}

/** Formats times as in all answers. */
function withIsoTimes({ lastReceivedAt, lastActionTime, ...figures }: SystemFigures): object {
  return { ...figures, lastReceivedAt: isoOf(lastReceivedAt), lastActionTime: isoOf(lastActionTime) };
}

const isoOf = (seconds: number | null) => (seconds === null ? null : isoTime(seconds * 1000));

/**
 * The systems to list: the named one, those that the key is valid for, or all (`undefined`).
 *
 * @throws ApiError 403
 */
function requestedSystems(
  named: string | undefined,
  permitted: readonly string[] | undefined,
): readonly (string | undefined)[] {
  if (named !== undefined && !maySpeakFor(permitted, named)) throw forbiddenSystemError(named);
  return named === undefined && permitted !== undefined ? [...permitted].sort(byUtf8) : [named];
}

const byUtf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** An empty id stands for messages without a system. */
function readSystemId({ systemId }: QueryString): string | undefined {
  if (Array.isArray(systemId))
    throw badRequest('systemId', 'systemId occurs more than once', 'Send systemId once.');
  return systemId?.trim();
}
