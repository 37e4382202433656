import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Requires } from '#edge';
import type { QueryStore } from '#store';
import { Answering } from './answering.js';
import { QUERY_STORE } from './state-queries.controller.js';
import { AskedSystem, WhichSystem, type SystemQuestion } from './which-system.js';

@Controller(['', 'systems/:systemId'])
@Requires('query')
export class PersonnelQueryController {
  constructor(
    @Inject(QUERY_STORE) private readonly store: QueryStore,
    @Inject(WhichSystem) private readonly whichSystem: WhichSystem,
    @Inject(Answering) private readonly answering: Answering,
  ) {}

  @Get('personnel')
  async personnel(@AskedSystem() system: SystemQuestion, @Res() reply: FastifyReply): Promise<void> {
    await this.answering.sendWhole(reply, 'personnel', async () =>
      this.store.personnel(await this.whichSystem.resolve(system)),
    );
  }
}
