import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { badRequest } from '#edge';
import type { SystemsStore } from '#store';
import { Answering } from './answering.js';
import { readOpsPeriod } from './ops-period.js';
import type { QueryString } from './query-parameters.js';
import { CLOCK } from './state-queries.controller.js';

export const SYSTEMS_STORE = Symbol('SystemsStore');

/** How each system stands, for those who run the service: see `docs/semantics.md` 7. */
@Controller('ops')
export class OpsSystemsController {
  constructor(
    @Inject(SYSTEMS_STORE) private readonly store: SystemsStore,
    @Inject(Answering) private readonly answering: Answering,
    @Inject(CLOCK) private readonly now: () => number,
  ) {}

  @Get('systems')
  async systems(@Query() query: QueryString, @Res() reply: FastifyReply): Promise<void> {
    await this.answering.sendWhole(reply, 'opsSystems', async () => {
      const now = this.now();
      const { start: from, end: to } = readOpsPeriod(query, now);
      const systemId = readSystemId(query);
      const figures = await this.store.figures({
        ...(systemId === undefined ? {} : { systemId }),
        from,
        to,
        now,
      });
      return Buffer.from(JSON.stringify(figures));
    });
  }
}

/** Empty asks for what belongs to no system. */
function readSystemId({ systemId }: QueryString): string | undefined {
  if (Array.isArray(systemId))
    throw badRequest('systemId', 'systemId is given more than once', 'Ask for one.');
  return systemId?.trim();
}
