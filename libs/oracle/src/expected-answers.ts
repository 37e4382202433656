import { pairByBruteForce } from './brute-force-pairing.js';
import type { PairedInterval, PairingAnomaly } from './brute-force-pairing.js';
import { compareBytes } from './byte-order.js';
import { NO_ASSIGNMENTS } from './directory.js';
import type { Assignments } from './directory.js';
import type { AnswerRules, Period } from './service-rules.js';
import { timelineKeyOf } from './simulated-event.js';
import type { SimulatedEvent } from './simulated-event.js';

/** One timeline of one agent, paired. */
export interface PairedTimeline {
  readonly agentId: string;
  readonly groupId: string | null;
  readonly intervals: readonly PairedInterval[];
  readonly anomalies: readonly PairingAnomaly[];
}

/** An element of the answer to `agentStatusData` (spec 3.3.2.3.1). */
export interface AgentStatesEntry {
  readonly serviceId?: string;
  readonly groupId?: string;
  readonly agentId: string;
  readonly states: readonly {
    readonly startDate: string;
    readonly endDate: string;
    readonly stateCode: string;
    readonly stateName: string;
  }[];
}

/** An element of the answer to `agentLoginData` (spec 3.4.2.3.1). */
export interface AgentLoginsEntry {
  readonly agentId: string;
  readonly logins: readonly {
    readonly loginDate: string;
    readonly logoutDate: string;
    readonly duration: number;
  }[];
}

/** An element of the answer to `agentStatus` (spec 4.2.2.3.1). */
export interface AgentOnlineStatusEntry {
  readonly agentId: string;
  readonly stateCode: string;
  readonly stateName: string;
  readonly startDate: string;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Pairs all sent events, timeline by timeline. Ordered by agent, then by group, those without a group first. */
export function pairTimelines(sent: readonly SimulatedEvent[], rules: AnswerRules): PairedTimeline[] {
  const timelines = new Map<string, SimulatedEvent[]>();
  for (const event of sent) {
    const key = timelineKeyOf(event);
    const timeline = timelines.get(key);
    if (timeline === undefined) timelines.set(key, [event]);
    else timeline.push(event);
  }
  return [...timelines.values()]
    .map((events) => ({
      agentId: events[0]!.workerId,
      groupId: events[0]!.groupId,
      ...pairByBruteForce(events, rules),
    }))
    .sort(byAgentThenGroup);
}

/**
 * The exact answer to `agentStatusData` for all of the timelines' agents. Statuses without a group are listed once for
 * each group that the directory assigns to their agent.
 */
export function expectedAgentStatusData(
  timelines: readonly PairedTimeline[],
  period: Period,
  rules: AnswerRules,
  assignments: Assignments = NO_ASSIGNMENTS,
): AgentStatesEntry[] {
  return perGroup(timelines, assignments)
    .map(({ agentId, groupId, intervals }) => ({
      ...(groupId === null ? {} : { serviceId: serviceIdOf(groupId, assignments, rules), groupId }),
      agentId,
      states: intervals
        .filter(isEnded)
        .filter((interval) => touches(interval, period))
        .sort(byStartEndCode)
        .map(({ start, end, stateCode, stateName }) => ({
          startDate: isoDate(start),
          endDate: isoDate(end),
          stateCode,
          stateName,
        })),
    }))
    .filter(({ states }) => states.length > 0);
}

/** The service that the directory assigns the group to, or else the static one. */
export function serviceIdOf(groupId: string, { serviceOfGroup }: Assignments, rules: AnswerRules): string {
  return serviceOfGroup.get(groupId) ?? rules.serviceId;
}

type GroupIntervals = Pick<PairedTimeline, 'agentId' | 'groupId' | 'intervals'>;

/** Each agent's intervals once for each group they are listed under. Ordered by agent, then by group, none first. */
function perGroup(timelines: readonly PairedTimeline[], { groupsOfAgent }: Assignments): GroupIntervals[] {
  const merged = new Map<string, GroupIntervals>();
  for (const { agentId, groupId, intervals } of timelines) {
    const assigned = groupsOfAgent.get(agentId) ?? [];
    const groups = groupId !== null ? [groupId] : assigned.length > 0 ? assigned : [null];
    for (const group of groups) {
      const key = JSON.stringify([agentId, group]);
      const before = merged.get(key)?.intervals ?? [];
      merged.set(key, { agentId, groupId: group, intervals: [...before, ...intervals] });
    }
  }
  return [...merged.values()].sort(byAgentThenGroup);
}

/** The exact answer to `agentLoginData` for all of the timelines' agents. */
export function expectedAgentLoginData(
  timelines: readonly PairedTimeline[],
  period: Period,
  rules: AnswerRules,
): AgentLoginsEntry[] {
  return byAgent(timelines)
    .map((ofAgent) => ({
      agentId: ofAgent[0]!.agentId,
      logins: sessions(ofAgent, rules)
        .filter((session) => session.end !== Infinity)
        .filter((session) => touches(session, period))
        .map(({ start, end }) => ({
          loginDate: isoDate(start),
          logoutDate: isoDate(end),
          duration: end - start,
        })),
    }))
    .filter(({ logins }) => logins.length > 0);
}

/** The exact answer to `agentStatus` at the instant `now`, in milliseconds since the Unix epoch. */
export function expectedAgentStatus(
  timelines: readonly PairedTimeline[],
  now: number,
  rules: AnswerRules,
): AgentOnlineStatusEntry[] {
  return byAgent(timelines)
    .map((ofAgent) => ({ agentId: ofAgent[0]!.agentId, open: latestOpen(ofAgent) }))
    .flatMap(({ agentId, open }) => {
      if (open === undefined || now - open.start > rules.stateMaxAgeMs) return [];
      if (rules.offlineStateCodes.includes(open.stateCode)) return [];
      const { stateCode, stateName, start } = open;
      return [{ agentId, stateCode, stateName, startDate: isoDate(start) }];
    });
}

/** A date as the service writes it: in UTC, with milliseconds only if they are not zero. */
export function isoDate(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** The timelines grouped by agent, in their order. */
function byAgent(timelines: readonly PairedTimeline[]): PairedTimeline[][] {
  const agents = new Map<string, PairedTimeline[]>();
  for (const timeline of timelines) {
    const ofAgent = agents.get(timeline.agentId);
    if (ofAgent === undefined) agents.set(timeline.agentId, [timeline]);
    else ofAgent.push(timeline);
  }
  return [...agents.values()];
}

/** Longest runs of stays without too long a gap. Those still running end at `Infinity`. */
function sessions(ofAgent: readonly PairedTimeline[], rules: AnswerRules): Stretch[] {
  const stays = ofAgent
    .flatMap(({ intervals }) => intervals)
    .filter(({ stateCode }) => !rules.offlineStateCodes.includes(stateCode))
    .map(presence)
    .sort((a, b) => a.start - b.start);

  const runs: Stretch[] = [];
  for (const stay of stays) {
    const run = runs[runs.length - 1];
    if (run === undefined || stay.start - run.end > rules.sessionGapMs) runs.push(stay);
    else runs[runs.length - 1] = { start: run.start, end: Math.max(run.end, stay.end) };
  }
  return runs;
}

function presence({ start, end, endedBy }: PairedInterval): Stretch {
  switch (endedBy) {
    case 'open':
      return { start, end: Infinity };
    case 'unknown':
      return { start, end: start };
    case 'exit':
    case 'next_enter':
    case 'superseded':
      return { start, end: end! };
  }
}

/** The open state with the latest start. Of equal ones, that of the first timeline, which has no group. */
function latestOpen(ofAgent: readonly PairedTimeline[]): PairedInterval | undefined {
  return ofAgent
    .flatMap(({ intervals }) => intervals.filter(({ endedBy }) => endedBy === 'open'))
    .reduce<PairedInterval | undefined>(
      (latest, open) => (latest === undefined || open.start > latest.start ? open : latest),
      undefined,
    );
}

function isEnded(interval: PairedInterval): interval is PairedInterval & { end: number } {
  return interval.end !== null;
}

/** Whether the start or the end falls within the period: the start before its end, the end after its start. */
function touches({ start, end }: Stretch, period: Period): boolean {
  const startsWithin = period.start <= start && start < period.end;
  const endsWithin = period.start < end && end <= period.end;
  return startsWithin || endsWithin;
}

function byStartEndCode(a: Stretch & PairedInterval, b: Stretch & PairedInterval): number {
  return (
    a.start - b.start ||
    a.end - b.end ||
    compareBytes(a.stateCode, b.stateCode) ||
    compareBytes(a.stateName, b.stateName)
  );
}

function byAgentThenGroup(a: GroupIntervals, b: GroupIntervals): number {
  return compareBytes(a.agentId, b.agentId) || compareGroups(a.groupId, b.groupId);
}

function compareGroups(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compareBytes(a, b);
}
