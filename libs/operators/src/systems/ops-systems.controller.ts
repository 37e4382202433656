import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isoTime, SECOND_MS } from '#domain';
import { badRequest, forbiddenSystem, maySpeakFor, permittedSystems, RequiresRole } from '#edge';
import type { SystemFigures, SystemsStore } from '#store';
import { ApiOpsSystems } from './ops-systems-answer.js';
import { JsonResponder, type QueryString } from '#answers';
import { OPS_CLOCK, SYSTEMS_STORE } from '../ops-ports.js';
import { readOpsPeriod } from './ops-period.js';

/** How each system stands, for those who run the service: see `docs/semantics.md` 7. */
@Controller('ops')
@RequiresRole('ops')
export class OpsSystemsController {
  constructor(
    @Inject(SYSTEMS_STORE) private readonly store: SystemsStore,
    @Inject(JsonResponder) private readonly answering: JsonResponder,
    @Inject(OPS_CLOCK) private readonly now: () => number,
  ) {}

  @Get('systems')
  @ApiOpsSystems()
  async systems(
    @Query() query: QueryString,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answering.sendWhole(reply, 'opsSystems', async (asker) => {
      const now = this.now();
      const { start: from, end: to } = readOpsPeriod(query, now);
      const store = this.store.askedBy(asker);
      const figures: object[] = [];
      for (const systemId of systemsAsked(readSystemId(query), permittedSystems(request))) {
        const ofOne = systemId === undefined ? {} : { systemId };
        figures.push(...(await store.figures({ ...ofOne, from, to, now })).map(withIsoTimes));
      }
      return Buffer.from(JSON.stringify(figures));
    });
  }
}

/** Times as in all answers. */
function withIsoTimes({ lastReceivedAt, lastActionTime, ...figures }: SystemFigures): object {
  return { ...figures, lastReceivedAt: isoOf(lastReceivedAt), lastActionTime: isoOf(lastActionTime) };
}

const isoOf = (seconds: number | null) => (seconds === null ? null : isoTime(seconds * SECOND_MS));

/**
 * The systems to tell of: the one that is named, those that the key may speak for, or all (`undefined`).
 *
 * @throws ApiError 403
 */
function systemsAsked(
  named: string | undefined,
  permitted: readonly string[] | undefined,
): readonly (string | undefined)[] {
  if (named !== undefined && !maySpeakFor(permitted, named)) throw forbiddenSystem(named);
  return named === undefined && permitted !== undefined ? [...permitted].sort(byUtf8) : [named];
}

const byUtf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Empty asks for what belongs to no system. */
function readSystemId({ systemId }: QueryString): string | undefined {
  if (Array.isArray(systemId))
    throw badRequest('systemId', 'systemId is given more than once', 'Ask for one.');
  return systemId?.trim();
}
