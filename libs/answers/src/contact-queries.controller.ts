import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { RequiresRole } from '#edge';
import type { QueryStore } from '#store';
import {
  AgentCallsAnswer,
  AgentChatsWorkTimeAnswer,
  GroupOnlineLoadAnswer,
  ServiceGroupHistoricDataAnswer,
} from './answers/contact-answers.js';
import {
  AGENT_IDS,
  ApiQueryMethod,
  END_DATE,
  GROUP_IDS,
  START_DATE,
  STEP,
} from './answers/api-query-method.js';
import { SPEC_EXAMPLES } from './answers/spec-examples.js';
import { JsonResponder } from './json-responder.js';
import { readList, readPeriod, readStep, type QueryString } from './query-parameters.js';
import { CLOCK, QUERY_STORE } from './state-queries.controller.js';
import { RequestedSystem, SystemResolver, type SystemRequest } from './system-resolver.js';

/**
 * The contacts of groups and agents: `serviceGroupData`, `agentCallsData`, `agentChatsWorkTime` (spec 3.2, 3.5, 3.6).
 */
@Controller(['', 'systems/:systemId'])
@RequiresRole('query')
export class ContactQueriesController {
  constructor(
    @Inject(QUERY_STORE) private readonly store: QueryStore,
    @Inject(SystemResolver) private readonly systems: SystemResolver,
    @Inject(JsonResponder) private readonly responder: JsonResponder,
    @Inject(CLOCK) private readonly now: () => number,
  ) {}

  @Get('historic/serviceGroupData')
  @ApiQueryMethod({
    tag: 'history',
    summary: 'Returns the contacts of groups within a period, by interval',
    section: '3.2',
    parameters: [START_DATE, END_DATE, STEP, GROUP_IDS],
    answer: ServiceGroupHistoricDataAnswer,
    example: SPEC_EXAMPLES.SERVICE_GROUP_DATA,
  })
  async serviceGroupData(
    @RequestedSystem() system: SystemRequest,
    @Query() query: QueryString,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.responder.send(reply, 'serviceGroupData', async (client) => {
      const period = readPeriod(query);
      const stepMs = readStep(query);
      const groupIds = readList(query, 'groupId');
      const systemId = await this.systems.resolve(system);
      return this.store.askedBy(client).serviceGroupData({ ...period, stepMs, groupIds, systemId });
    });
  }

  @Get('historic/agentCallsData')
  @ApiQueryMethod({
    tag: 'history',
    summary: 'Returns the contacts that agents processed within a period',
    section: '3.5',
    parameters: [START_DATE, END_DATE, AGENT_IDS],
    answer: AgentCallsAnswer,
    example: SPEC_EXAMPLES.AGENT_CALLS_DATA,
  })
  async agentCallsData(
    @RequestedSystem() system: SystemRequest,
    @Query() query: QueryString,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.responder.send(reply, 'agentCallsData', async (client) =>
      this.store.askedBy(client).agentCallsData(await this.periodQuery(system, query)),
    );
  }

  @Get('historic/agentChatsWorkTime')
  @ApiQueryMethod({
    tag: 'history',
    summary: 'Returns how long agents were chatting, by day',
    section: '3.6',
    parameters: [START_DATE, END_DATE, AGENT_IDS],
    answer: AgentChatsWorkTimeAnswer,
    example: SPEC_EXAMPLES.AGENT_CHATS_WORK_TIME,
  })
  async agentChatsWorkTime(
    @RequestedSystem() system: SystemRequest,
    @Query() query: QueryString,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.responder.send(reply, 'agentChatsWorkTime', async (client) =>
      this.store
        .askedBy(client)
        .agentChatsWorkTime({ ...(await this.periodQuery(system, query)), now: this.now() }),
    );
  }

  @Get('online/groupsOnlineLoad')
  @ApiQueryMethod({
    tag: 'present',
    summary: 'Returns the current load of groups and their figures of today',
    section: '4.3',
    parameters: [GROUP_IDS],
    answer: GroupOnlineLoadAnswer,
    example: SPEC_EXAMPLES.GROUPS_ONLINE_LOAD,
  })
  async groupsOnlineLoad(
    @RequestedSystem() system: SystemRequest,
    @Query() query: QueryString,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.responder.sendWhole(reply, 'groupsOnlineLoad', async (client) => {
      const groupIds = readList(query, 'groupId');
      const systemId = await this.systems.resolve(system);
      return this.store.askedBy(client).groupsOnlineLoad({ systemId, groupIds, now: this.now() });
    });
  }

  private async periodQuery(system: SystemRequest, query: QueryString) {
    const period = readPeriod(query);
    const agentIds = readList(query, 'agentId');
    return { ...period, agentIds, systemId: await this.systems.resolve(system) };
  }
}
