import type { AnswerCheck } from './answer-checks.js';
import type { Difference } from './answer-differences.js';
import { isoDate } from './expected-answers.js';
import type { SimulatedEvent } from './simulated-event.js';

/** What the simulation found about one answer of the service. */
export interface Verdict extends Omit<AnswerCheck, 'differences'> {
  readonly equal: boolean;
  readonly differences: number;
  /** The first few differences, with the events that explain them. */
  readonly firstDifferences: readonly ExplainedDifference[];
}

export interface ExplainedDifference extends Difference {
  /** The agent's events nearest to the start of the interval, or their first ones, in the order of their times. */
  readonly eventsNearby: readonly string[];
}

const DIFFERENCES_SHOWN = 5;
const EVENTS_SHOWN = 6;

/** The verdict on a check, with the events that the first differences follow from. */
export function verdictOf(check: AnswerCheck, sent: readonly SimulatedEvent[]): Verdict {
  return {
    ...check,
    equal: check.differences.length === 0,
    differences: check.differences.length,
    firstDifferences: check.differences
      .slice(0, DIFFERENCES_SHOWN)
      .map((difference) => ({ ...difference, eventsNearby: eventsNearby(difference, sent) })),
  };
}

/** The verdict as lines for people. */
export function verdictLines(verdict: Verdict): string[] {
  const { method, period, agents, intervals, equal, differences, firstDifferences } = verdict;
  const when = period === undefined ? 'now' : `${period.startDate} to ${period.endDate}`;
  const compared = `${count(agents, 'agent')}, ${count(intervals, INTERVAL_WORDS[method])}`;
  const found = equal ? 'equal' : `NOT EQUAL: ${count(differences, 'difference')}`;
  return [
    `${method}, ${when}: ${compared}: ${found}`,
    ...firstDifferences.flatMap(differenceLines),
    ...(differences > firstDifferences.length
      ? [`  … and ${differences - firstDifferences.length} more`]
      : []),
  ];
}

const INTERVAL_WORDS = {
  agentStatusData: 'interval',
  agentLoginData: 'session',
  agentStatus: 'open state',
} as const;

function differenceLines(difference: ExplainedDifference): string[] {
  const { agentId, groupId, startDate, explanation, expected, actual, eventsNearby } = difference;
  const subject = [
    agentId === undefined ? undefined : `agent ${agentId}`,
    groupId === undefined ? undefined : `group ${groupId}`,
    startDate,
  ].filter((part) => part !== undefined);
  return [
    `  ${[subject.join(', '), explanation].filter((part) => part !== '').join(': ')}`,
    ...(expected === undefined ? [] : [`    expected ${shortJson(expected)}`]),
    ...(actual === undefined ? [] : [`    answered ${shortJson(actual)}`]),
    ...eventsNearby.map((event) => `    sent     ${event}`),
  ];
}

function eventsNearby(difference: Difference, sent: readonly SimulatedEvent[]): string[] {
  const { agentId, groupId, startDate } = difference;
  if (agentId === undefined) return [];
  const start = startDate === undefined ? 0 : Date.parse(startDate);
  const distance = (event: SimulatedEvent): number => Math.abs(event.actionTime - start);
  return sent
    .filter((event) => event.workerId === agentId && (groupId === undefined || event.groupId === groupId))
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, EVENTS_SHOWN)
    .sort((a, b) => a.actionTime - b.actionTime)
    .map(describe);
}

function describe({ actionTime, action, stateCode, stateName, groupId }: SimulatedEvent): string {
  const group = groupId === null ? '' : ` in group ${groupId}`;
  return `${isoDate(actionTime)} ${action} ${stateCode} (${stateName})${group}`;
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)} …` : text;
}

/** "1 agent", "1,234 agents". */
export function count(n: number, one: string, several = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : several}`;
}
