import { pairByBruteForce } from './brute-force-pairing.js';
import type { PairedInterval, PairingAnomaly } from './brute-force-pairing.js';
import { compareBytes } from './byte-order.js';
import { timelineKeyOf } from './simulated-event.js';
import type { SimulatedEvent } from './simulated-event.js';

/** The settings of the service that its answers depend on. */
export interface AnswerRules {
  readonly stateMaxAgeMs: number;
  readonly sessionGapMs: number;
  readonly offlineStateCodes: readonly string[];
  readonly serviceId: string;
}

/** What a service does whose settings nobody has changed. */
export const DEFAULT_RULES: AnswerRules = {
  stateMaxAgeMs: 43_200_000,
  sessionGapMs: 60_000,
  offlineStateCodes: ['Offline', 'Logout'],
  serviceId: '1',
};

/** A period `[start, end)` in milliseconds since the Unix epoch. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

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

/** Pairs what was sent, timeline by timeline; ordered by agent, then by group, none first. */
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
    .sort((a, b) => compareBytes(a.agentId, b.agentId) || compareGroups(a.groupId, b.groupId));
}

/** The exact answer to `agentStatusData` for all of the timelines' agents, if no directory assigns them groups. */
export function expectedAgentStatusData(
  timelines: readonly PairedTimeline[],
  period: Period,
  rules: AnswerRules,
): AgentStatesEntry[] {
  return timelines
    .map(({ agentId, groupId, intervals }) => ({
      ...(groupId === null ? {} : { serviceId: rules.serviceId, groupId }),
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

/** A date as the service writes it: UTC, milliseconds only where there are some. */
export function isoDate(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

/** Timelines of one agent each, in the order in which they came. */
function byAgent(timelines: readonly PairedTimeline[]): PairedTimeline[][] {
  const agents = new Map<string, PairedTimeline[]>();
  for (const timeline of timelines) {
    const ofAgent = agents.get(timeline.agentId);
    if (ofAgent === undefined) agents.set(timeline.agentId, [timeline]);
    else ofAgent.push(timeline);
  }
  return [...agents.values()];
}

/** Maximal runs of stays in the system without a gap that is too long; those still running end at `Infinity`. */
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

/** The open state with the latest start; of equal ones the first timeline's, which is the one without a group. */
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
  return a.start - b.start || a.end - b.end || compareBytes(a.stateCode, b.stateCode);
}

function compareGroups(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return compareBytes(a, b);
}
