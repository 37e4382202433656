import { answerDifferences } from './answer-differences.js';
import type { Difference } from './answer-differences.js';
import {
  expectedAgentLoginData,
  expectedAgentStatus,
  expectedAgentStatusData,
  isoDate,
} from './expected-answers.js';
import type { AnswerRules, PairedTimeline, Period } from './expected-answers.js';
import type { HistoricMethod, ServiceQueries } from './service-queries.js';

/** One answer, compared. */
export interface AnswerCheck {
  readonly method: HistoricMethod | 'agentStatus';
  /** As in the request; `agentStatus` has none. */
  readonly period?: { readonly startDate: string; readonly endDate: string };
  /** Agents, or intervals (sessions, open states), that the answer should hold. */
  readonly agents: number;
  readonly intervals: number;
  readonly differences: readonly Difference[];
}

/** How far apart the clocks of the simulator and the service may be without a false alarm. */
const CLOCK_TOLERANCE_MS = 5_000;

/** Asks all three methods, the historic ones for each period, and compares what they answer. */
export async function checkAnswers(
  queries: ServiceQueries,
  timelines: readonly PairedTimeline[],
  rules: AnswerRules,
): Promise<AnswerCheck[]> {
  const checks: AnswerCheck[] = [];
  for (const period of periodsToCheck(timelines)) {
    checks.push(await checkAgentStatusData(queries, timelines, period, rules));
    checks.push(await checkAgentLoginData(queries, timelines, period, rules));
  }
  checks.push(await checkAgentStatus(queries, timelines, rules));
  return checks;
}

/**
 * The period that holds everything, and one that cuts intervals: it begins exactly at the start of one and ends
 * exactly at the end of another, where "within the period" is easiest to get wrong.
 */
export function periodsToCheck(timelines: readonly PairedTimeline[]): Period[] {
  const intervals = timelines.flatMap(({ intervals }) => intervals);
  const starts = intervals.map(({ start }) => start).sort((a, b) => a - b);
  const ends = intervals.flatMap(({ end }) => (end === null ? [] : [end])).sort((a, b) => a - b);
  if (starts.length === 0) return [];

  const everything = { start: starts[0]! - 1000, end: Math.max(at(starts, 1), at(ends, 1)) + 1000 };
  const cut = { start: at(starts, 1 / 3), end: at(ends, 2 / 3) };
  return cut.start < cut.end ? [everything, cut] : [everything];
}

/** The element of a sorted list at the given fraction of its length, -Infinity if it is empty. */
function at(sorted: readonly number[], fraction: number): number {
  return sorted[Math.round((sorted.length - 1) * fraction)] ?? -Infinity;
}

async function checkAgentStatusData(
  queries: ServiceQueries,
  timelines: readonly PairedTimeline[],
  period: Period,
  rules: AnswerRules,
): Promise<AnswerCheck> {
  const expected = expectedAgentStatusData(timelines, period, rules);
  const actual = await queries.historic('agentStatusData', agentsOf(timelines), period);
  return {
    method: 'agentStatusData',
    period: datesOf(period),
    agents: agentsOf(expected).length,
    intervals: expected.reduce((sum, { states }) => sum + states.length, 0),
    differences: answerDifferences(expected, actual),
  };
}

async function checkAgentLoginData(
  queries: ServiceQueries,
  timelines: readonly PairedTimeline[],
  period: Period,
  rules: AnswerRules,
): Promise<AnswerCheck> {
  const expected = expectedAgentLoginData(timelines, period, rules);
  const actual = await queries.historic('agentLoginData', agentsOf(timelines), period);
  return {
    method: 'agentLoginData',
    period: datesOf(period),
    agents: expected.length,
    intervals: expected.reduce((sum, { logins }) => sum + logins.length, 0),
    differences: answerDifferences(expected, actual),
  };
}

/**
 * An open state stops being served at an instant of the service's clock. Agents whose state may have reached that
 * instant while the request was under way are left out of the comparison: either answer is right.
 */
async function checkAgentStatus(
  queries: ServiceQueries,
  timelines: readonly PairedTimeline[],
  rules: AnswerRules,
): Promise<AnswerCheck> {
  const before = Date.now() - CLOCK_TOLERANCE_MS;
  const actual = await queries.online();
  const after = Date.now() + CLOCK_TOLERANCE_MS;

  const expectedBefore = expectedAgentStatus(timelines, before, rules);
  const expected = expectedAgentStatus(timelines, after, rules);
  const certain = new Set(agentsOf(expected));
  const uncertain = new Set(agentsOf(expectedBefore).filter((agentId) => !certain.has(agentId)));
  return {
    method: 'agentStatus',
    agents: expected.length,
    intervals: expected.length,
    differences: answerDifferences(expected, withoutAgents(actual, uncertain)),
  };
}

function withoutAgents(answer: unknown, agents: ReadonlySet<string>): unknown {
  if (!Array.isArray(answer)) return answer;
  return answer.filter((element: { agentId?: unknown } | null) => !agents.has(String(element?.agentId)));
}

function agentsOf(elements: readonly { agentId: string }[]): string[] {
  return [...new Set(elements.map(({ agentId }) => agentId))];
}

function datesOf({ start, end }: Period): { startDate: string; endDate: string } {
  return { startDate: isoDate(start), endDate: isoDate(end) };
}
