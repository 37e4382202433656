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

/** What became of contacts: `serviceGroupData`, `agentCallsData`, `agentChatsWorkTime` (spec 3.2, 3.5, 3.6). */
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
    summary: 'Contacts of groups within a period, in steps',
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
    await this.responder.send(reply, 'serviceGroupData', async (asker) => {
      const period = readPeriod(query);
      const stepMs = readStep(query);
      const groupIds = readList(query, 'groupId');
      const systemId = await this.systems.resolve(system);
      return this.store.askedBy(asker).serviceGroupData({ ...period, stepMs, groupIds, systemId });
    });
  }

  @Get('historic/agentCallsData')
  @ApiQueryMethod({
    tag: 'history',
    summary: 'Contacts that agents processed within a period',
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
    await this.responder.send(reply, 'agentCallsData', async (asker) =>
      this.store.askedBy(asker).agentCallsData(await this.periodQuery(system, query)),
    );
  }

  @Get('historic/agentChatsWorkTime')
  @ApiQueryMethod({
    tag: 'history',
    summary: 'Time that agents had a chat, by day',
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
    await this.responder.send(reply, 'agentChatsWorkTime', async (asker) =>
      this.store
        .askedBy(asker)
        .agentChatsWorkTime({ ...(await this.periodQuery(system, query)), now: this.now() }),
    );
  }

  @Get('online/groupsOnlineLoad')
  @ApiQueryMethod({
    tag: 'present',
    summary: 'How groups do now and have done today',
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
    await this.responder.sendWhole(reply, 'groupsOnlineLoad', async (asker) => {
      const groupIds = readList(query, 'groupId');
      const systemId = await this.systems.resolve(system);
      return this.store.askedBy(asker).groupsOnlineLoad({ systemId, groupIds, now: this.now() });
    });
  }

  private async periodQuery(system: SystemRequest, query: QueryString) {
    const period = readPeriod(query);
    const agentIds = readList(query, 'agentId');
    return { ...period, agentIds, systemId: await this.systems.resolve(system) };
  }
}
