import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Requires } from '#edge';
import type { QueryStore } from '#store';
import { DescribesQuery } from './answers/describes-query.js';
import { PersonnelAnswer } from './answers/personnel-answer.js';
import { SPEC_EXAMPLES } from './answers/spec-examples.js';
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
  @DescribesQuery({
    tag: 'history',
    summary: 'Services, groups and agents',
    section: '3.1',
    parameters: [],
    answer: PersonnelAnswer,
    example: SPEC_EXAMPLES.PERSONNEL,
    isArray: false,
  })
  async personnel(@AskedSystem() system: SystemQuestion, @Res() reply: FastifyReply): Promise<void> {
    await this.answering.sendWhole(reply, 'personnel', async (asker) =>
      this.store.askedBy(asker).personnel(await this.whichSystem.resolve(system)),
    );
  }
}
