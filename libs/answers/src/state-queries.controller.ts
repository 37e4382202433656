import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RequiresRole } from '#edge';
import type { QueryStore } from '#store';
import { AGENT_IDS, ApiQueryMethod, END_DATE, START_DATE } from './answers/api-query-method.js';
import { AgentLoginsAnswer, AgentOnlineStatusAnswer, AgentStateAnswer } from './answers/state-answers.js';
import { SPEC_EXAMPLES } from './answers/spec-examples.js';
import { JsonResponder } from './json-responder.js';
import { readList, readPeriod, type QueryString } from './query-parameters.js';
import { RequestedSystem, SystemResolver, type SystemRequest } from './system-resolver.js';

export const QUERY_STORE = Symbol('QueryStore');
export const CLOCK = Symbol('Clock');

/** The states and sessions of agents: `agentStatusData`, `agentLoginData`, `agentStatus` (spec 3.3, 3.4, 4.2). */
@Controller(['', 'systems/:systemId'])
@RequiresRole('query')
export class StateQueriesController {
  constructor(
    @Inject(QUERY_STORE) private readonly store: QueryStore,
    @Inject(SystemResolver) private readonly systems: SystemResolver,
    @Inject(JsonResponder) private readonly responder: JsonResponder,
    @Inject(CLOCK) private readonly now: () => number,
  ) {}

  @Get('historic/agentStatusData')
  @ApiQueryMethod({
    tag: 'history',
    summary: 'Returns the states of agents within a period',
    section: '3.3',
    parameters: [START_DATE, END_DATE, AGENT_IDS],
    answer: AgentStateAnswer,
    example: SPEC_EXAMPLES.AGENT_STATUS_DATA,
  })
  async agentStatusData(
    @RequestedSystem() system: SystemRequest,
    @Query() query: QueryString,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.responder.send(reply, 'agentStatusData', async (client) =>
      this.store.askedBy(client).agentStatusData(await this.periodQuery(system, query)),
    );
  }

  @Get('historic/agentLoginData')
  @ApiQueryMethod({
    tag: 'history',
    summary: 'Returns the logins and logouts of agents within a period',
    section: '3.4',
    parameters: [START_DATE, END_DATE, AGENT_IDS],
    answer: AgentLoginsAnswer,
    example: SPEC_EXAMPLES.AGENT_LOGIN_DATA,
  })
  async agentLoginData(
    @RequestedSystem() system: SystemRequest,
    @Query() query: QueryString,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.responder.send(reply, 'agentLoginData', async (client) =>
      this.store.askedBy(client).agentLoginData(await this.periodQuery(system, query)),
    );
  }

  @Get('online/agentStatus')
  @ApiQueryMethod({
    tag: 'present',
    summary: 'Returns the current states of all active agents',
    section: '4.2',
    parameters: [],
    answer: AgentOnlineStatusAnswer,
    example: SPEC_EXAMPLES.AGENT_STATUS,
  })
  async agentStatus(@RequestedSystem() system: SystemRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.responder.send(reply, 'agentStatus', async (client) => {
      const systemId = await this.systems.resolve(system);
      return this.store.askedBy(client).agentStatus({ systemId, now: this.now() });
    });
  }

  private async periodQuery(system: SystemRequest, query: QueryString) {
    const period = readPeriod(query);
    const agentIds = readList(query, 'agentId');
    return { ...period, agentIds, systemId: await this.systems.resolve(system) };
  }
}
