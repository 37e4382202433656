import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isoTime } from '#domain';
import { badRequest, permittedSystems, RequiresRole, waitingClientOf } from '#edge';
import {
  HistoryTooLongError,
  MAX_HISTORY_ROWS,
  type AgentHistoryQuery,
  type AgentHistoryStore,
  type AgentLeg,
  type StoredInterval,
} from '#store';
import { ApiTimeline } from '../api-ops.js';
import { readText, readTimelinePeriod, requireText, type OpsQuery } from '../ops-parameters.js';
import { AGENT_HISTORY } from '../ops-ports.js';
import { timelineAnswers } from './timeline-answer.js';

/** Why an agent's answers are what they are, for operators: see `docs/semantics.md` 7. */
@Controller('ops/timeline')
@RequiresRole('ops')
export class TimelineController {
  constructor(@Inject(AGENT_HISTORY) private readonly store: AgentHistoryStore) {}

  @Get()
  @ApiTimeline()
  async timeline(
    @Query() query: OpsQuery,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    const store = this.store.askedBy(waitingClientOf(reply));
    const agentId = requireText(query, 'agentId');
    const period = readTimelinePeriod(query);
    const systemId = readText(query, 'systemId');
    try {
      const systemIds = await systemsOf(store, systemId, permittedSystems(request));
      return await answer(store, { agentId, systemIds, ...period });
    } catch (error) {
      if (error instanceof HistoryTooLongError) throw TOO_LONG;
      throw error;
    }
  }
}

async function systemsOf(
  store: AgentHistoryStore,
  systemId: string | undefined,
  permitted: readonly string[] | undefined,
) {
  if (systemId === undefined) return store.knownSystems(permitted);
  return permitted?.includes(systemId) === false ? [] : [systemId];
}

async function answer(store: AgentHistoryStore, query: AgentHistoryQuery): Promise<object> {
  const intervals = await store.intervals(query);
  const events = await store.events(query, await instantsBesides(store, query, intervals));
  return {
    agentId: query.agentId,
    from: isoTime(query.start),
    to: isoTime(query.end),
    timelines: timelineAnswers(intervals, events, query),
    sessions: await store.sessions(query),
    legs: (await store.legs(query)).map(legAnswer),
  };
}

/** Where, outside the period, the events are that begin or end what is told. */
async function instantsBesides(
  store: AgentHistoryStore,
  query: AgentHistoryQuery,
  intervals: readonly StoredInterval[],
): Promise<number[]> {
  const instants = intervals.flatMap(({ start, end }) => (end === null ? [start] : [start, end]));
  const isUnterminated = intervals.some(({ endedBy }) => endedBy === 'unknown');
  const next = isUnterminated ? await store.nextEnters(query) : [];
  const besides = [...instants, ...next.map(({ at }) => at)];
  return [...new Set(besides.filter((at) => at < query.start || at > query.end))];
}

const TOO_LONG = badRequest(
  'to',
  `there is more than ${MAX_HISTORY_ROWS} of something in the period`,
  'Ask for a shorter period, or for one system.',
);

function legAnswer({ begin, answered, ended, channelType, ...leg }: AgentLeg) {
  const { systemId, contactId, groupId, outcome } = leg;
  return {
    systemId,
    contactId,
    groupId,
    begin: isoTime(begin),
    answered: isoTime(answered),
    ...(ended === null ? {} : { ended: isoTime(ended) }),
    outcome,
    ...(channelType === '' ? {} : { channelType }),
  };
}
