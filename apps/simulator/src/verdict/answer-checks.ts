import { isDeepStrictEqual } from 'node:util';
import { answerDifferences, personnelDifferences } from './answer-differences.js';
import type { Difference } from './answer-differences.js';
import {
  type Directory,
  expectedAgentLoginData,
  expectedAgentStatus,
  expectedAgentStatusData,
  isoDate,
  type Period,
  type ServiceRules,
  expectedAgentCallsData,
  expectedAgentChatsWorkTime,
  expectedServiceGroupData,
  expectedGroupsOnlineLoad,
  type GroupLoadEntry,
  expectedPersonnel,
  type Facts,
} from '#oracle';
import type { Method, ServiceQueries } from './service-queries.js';

/** One answer, compared. */
export interface AnswerCheck {
  readonly method: Method;
  /** As in the request; online methods and `personnel` have none. */
  readonly period?: { readonly startDate: string; readonly endDate: string };
  /** As in the request, of `serviceGroupData`. */
  readonly stepMs?: number;
  /** How many of what the answer should hold, by the plural of what: `{ agents: 15, intervals: 500 }`. */
  readonly holds: Readonly<Record<string, number>>;
  readonly differences: readonly Difference[];
}

/** Whom to ask, and what there is to know. */
export interface Checking {
  readonly queries: ServiceQueries;
  readonly facts: Facts;
  readonly rules: ServiceRules;
  readonly systemId: string;
  /** When the last simulated day ended; the service's clock is past it. */
  readonly until: number;
}

/** How far apart the clocks of the simulator and the service may be without a false alarm. */
const CLOCK_TOLERANCE_MS = 5_000;

/** Steps of `serviceGroupData`; the third does not divide a day. */
const STEPS_MS = [300_000, 3_600_000, 7_000_000, 86_400_000];

/** A group that nobody knows must not be in an answer. */
const UNKNOWN_GROUP = 'unknown & group';

/** Asks all methods, the historic ones for each period, and compares what they answer; without a directory, those of statuses only. */
export async function checkAnswers(checking: Checking): Promise<AnswerCheck[]> {
  const checks = await checkStatuses(checking);
  const { directory } = checking.facts;
  if (directory === undefined) return checks;
  return [
    ...checks,
    ...(await checkContacts(checking)),
    await checkGroupsOnlineLoad(checking),
    await checkPersonnel(checking, directory),
  ];
}

async function checkStatuses(checking: Checking): Promise<AnswerCheck[]> {
  const intervals = checking.facts.timelines.flatMap((timeline) => timeline.intervals);
  const periods = periodsToCheck(
    intervals.map(({ start }) => start),
    intervals.map(({ end }) => end).filter(isKnown),
  );
  const checks: AnswerCheck[] = [];
  for (const period of periods) {
    checks.push(await checkAgentStatusData(checking, period));
    checks.push(await checkAgentLoginData(checking, period));
  }
  checks.push(await checkAgentStatus(checking));
  return checks;
}

async function checkContacts(checking: Checking): Promise<AnswerCheck[]> {
  const { legs } = checking.facts;
  const received = legs.map((leg) => leg.received);
  const answered = legs.map((leg) => leg.answered).filter(isKnown);
  const ended = legs.map((leg) => leg.ended).filter(isKnown);
  const checks: AnswerCheck[] = [];
  for (const period of periodsToCheck(received, received)) {
    for (const stepMs of STEPS_MS) checks.push(await checkServiceGroupData(checking, period, stepMs));
  }
  for (const period of periodsToCheck(answered, answered)) {
    checks.push(await checkAgentCallsData(checking, period));
  }
  for (const { start, end } of periodsToCheck(answered, ended)) {
    // Chats that are still running count to the service's now: a period that ends before it holds them whole.
    checks.push(await checkAgentChatsWorkTime(checking, { start, end: Math.min(end, checking.until) }));
  }
  return checks;
}

/**
 * The period that holds everything, and one that cuts: it begins exactly at the start of something and ends exactly
 * at the end of something else, where "within the period" is easiest to get wrong.
 */
export function periodsToCheck(starts: readonly number[], ends: readonly number[]): Period[] {
  if (starts.length === 0) return [];
  const sortedStarts = [...starts].sort((a, b) => a - b);
  const sortedEnds = [...ends].sort((a, b) => a - b);
  const last = Math.max(at(sortedStarts, 1), at(sortedEnds, 1));
  const everything = { start: sortedStarts[0]! - 1000, end: last + 1000 };
  const cut = { start: at(sortedStarts, 1 / 3), end: at(sortedEnds, 2 / 3) };
  return cut.start < cut.end ? [everything, cut] : [everything];
}

/** The element of a sorted list at the given fraction of its length, -Infinity if it is empty. */
function at(sorted: readonly number[], fraction: number): number {
  return sorted[Math.round((sorted.length - 1) * fraction)] ?? -Infinity;
}

async function checkAgentStatusData(
  { queries, facts, rules }: Checking,
  period: Period,
): Promise<AnswerCheck> {
  const expected = expectedAgentStatusData(facts.timelines, period, rules, facts.assignments);
  const actual = await queries.historic('agentStatusData', facts.agentIds, period);
  return {
    method: 'agentStatusData',
    period: datesOf(period),
    holds: { agents: agentsOf(expected).length, intervals: total(expected, ({ states }) => states.length) },
    differences: answerDifferences(expected, actual),
  };
}

async function checkAgentLoginData(
  { queries, facts, rules }: Checking,
  period: Period,
): Promise<AnswerCheck> {
  const expected = expectedAgentLoginData(facts.timelines, period, rules);
  const actual = await queries.historic('agentLoginData', facts.agentIds, period);
  return {
    method: 'agentLoginData',
    period: datesOf(period),
    holds: { agents: expected.length, sessions: total(expected, ({ logins }) => logins.length) },
    differences: answerDifferences(expected, actual),
  };
}

async function checkServiceGroupData(
  { queries, facts, rules }: Checking,
  period: Period,
  stepMs: number,
): Promise<AnswerCheck> {
  const expected = expectedServiceGroupData(facts.legs, period, stepMs, rules, facts.assignments);
  const actual = await queries.serviceGroupData([...facts.groupIds, UNKNOWN_GROUP], period, stepMs);
  const buckets = expected.flatMap(({ historicData }) => historicData);
  return {
    method: 'serviceGroupData',
    period: datesOf(period),
    stepMs,
    holds: {
      groups: expected.length,
      buckets: buckets.length,
      contacts: total(buckets, ({ notUniqueReceived }) => notUniqueReceived),
    },
    differences: answerDifferences(expected, actual),
  };
}

async function checkAgentCallsData(
  { queries, facts, rules }: Checking,
  period: Period,
): Promise<AnswerCheck> {
  const expected = expectedAgentCallsData(facts.legs, period, rules, facts.assignments);
  const actual = await queries.historic('agentCallsData', facts.agentIds, period);
  return {
    method: 'agentCallsData',
    period: datesOf(period),
    holds: {
      agents: agentsOf(expected).length,
      calls: total(expected, ({ agentCalls }) => agentCalls.length),
    },
    differences: answerDifferences(expected, actual),
  };
}

async function checkAgentChatsWorkTime(
  { queries, facts, rules }: Checking,
  period: Period,
): Promise<AnswerCheck> {
  const expected = expectedAgentChatsWorkTime(facts.legs, period, period.end, rules);
  const actual = await queries.historic('agentChatsWorkTime', facts.agentIds, period);
  return {
    method: 'agentChatsWorkTime',
    period: datesOf(period),
    holds: { agents: agentsOf(expected).length, days: expected.length },
    differences: answerDifferences(expected, actual),
  };
}

/**
 * An open state stops being served at an instant of the service's clock. Agents whose state may have reached that
 * instant while the request was under way are left out of the comparison: either answer is right.
 */
async function checkAgentStatus({ queries, facts, rules }: Checking): Promise<AnswerCheck> {
  const before = Date.now() - CLOCK_TOLERANCE_MS;
  const actual = await queries.online();
  const after = Date.now() + CLOCK_TOLERANCE_MS;

  const expectedBefore = expectedAgentStatus(facts.timelines, before, rules);
  const expected = expectedAgentStatus(facts.timelines, after, rules);
  const certain = new Set(agentsOf(expected));
  const uncertain = new Set(agentsOf(expectedBefore).filter((agentId) => !certain.has(agentId)));
  return {
    method: 'agentStatus',
    holds: { agents: expected.length },
    differences: answerDifferences(expected, withoutAgents(actual, uncertain)),
  };
}

function withoutAgents(answer: unknown, agents: ReadonlySet<string>): unknown {
  if (!Array.isArray(answer)) return answer;
  return answer.filter((element: { agentId?: unknown } | null) => !agents.has(String(element?.agentId)));
}

/**
 * The load depends on the service's clock as open states do, and on its day. Where a group's load just before differs
 * from that just after the request, either is right.
 */
async function checkGroupsOnlineLoad({ queries, facts, rules }: Checking): Promise<AnswerCheck> {
  const before = Date.now() - CLOCK_TOLERANCE_MS;
  const actual = await queries.groupsOnlineLoad([...facts.groupIds, UNKNOWN_GROUP]);
  const after = Date.now() + CLOCK_TOLERANCE_MS;

  const expectedBefore = expectedGroupsOnlineLoad(facts, facts.groupIds, before, rules);
  const expected = expectedGroupsOnlineLoad(facts, facts.groupIds, after, rules).map((load, n) =>
    answers(actual, expectedBefore[n]!) ? expectedBefore[n]! : load,
  );
  return {
    method: 'groupsOnlineLoad',
    holds: {
      groups: expected.length,
      operators: total(expected, ({ operatorNumber }) => operatorNumber),
      contacts: total(expected, ({ callReceived }) => callReceived),
    },
    differences: answerDifferences(expected, actual),
  };
}

function answers(answer: unknown, load: GroupLoadEntry): boolean {
  return Array.isArray(answer) && answer.some((element) => isDeepStrictEqual(element, load));
}

async function checkPersonnel({ queries, systemId }: Checking, directory: Directory): Promise<AnswerCheck> {
  const expected = expectedPersonnel(directory, systemId);
  const actual = await queries.personnel();
  return {
    method: 'personnel',
    holds: { services: expected.services.length, agents: expected.agents?.length ?? 0 },
    differences: personnelDifferences(expected, actual),
  };
}

function agentsOf(elements: readonly { agentId: string }[]): string[] {
  return [...new Set(elements.map(({ agentId }) => agentId))];
}

function total<T>(elements: readonly T[], of: (element: T) => number): number {
  return elements.reduce((sum, element) => sum + of(element), 0);
}

function isKnown(time: number | null): time is number {
  return time !== null;
}

function datesOf({ start, end }: Period): { startDate: string; endDate: string } {
  return { startDate: isoDate(start), endDate: isoDate(end) };
}
