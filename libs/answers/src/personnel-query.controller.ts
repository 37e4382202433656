import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RequiresRole } from '#edge';
import type { QueryStore } from '#store';
import { ApiQueryMethod } from './answers/api-query-method.js';
import { PersonnelAnswer } from './answers/personnel-answer.js';
import { SPEC_EXAMPLES } from './answers/spec-examples.js';
import { JsonResponder } from './json-responder.js';
import { QUERY_STORE } from './state-queries.controller.js';
import { RequestedSystem, SystemResolver, type SystemRequest } from './system-resolver.js';

/** The directory of a system: `personnel` (spec 3.1). */
@Controller(['', 'systems/:systemId'])
@RequiresRole('query')
export class PersonnelQueryController {
  constructor(
    @Inject(QUERY_STORE) private readonly store: QueryStore,
    @Inject(SystemResolver) private readonly systems: SystemResolver,
    @Inject(JsonResponder) private readonly responder: JsonResponder,
  ) {}

  @Get('personnel')
  @ApiQueryMethod({
    tag: 'history',
    summary: 'Returns services, groups and agents',
    section: '3.1',
    parameters: [],
    answer: PersonnelAnswer,
    example: SPEC_EXAMPLES.PERSONNEL,
    isArray: false,
  })
  async personnel(@RequestedSystem() system: SystemRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.responder.sendWhole(reply, 'personnel', async (client) =>
      this.store.askedBy(client).personnel(await this.systems.resolve(system)),
    );
  }
}
