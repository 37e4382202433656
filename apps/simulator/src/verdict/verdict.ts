import type { AnswerCheck } from './answer-checks.js';
import type { Difference } from './answer-differences.js';
import { isContactStep, type CentreEvent, isoDate } from '#oracle';
import type { Method } from './service-queries.js';

/** What the simulation found about one answer of the service. */
export interface Verdict extends Omit<AnswerCheck, 'differences'> {
  readonly equal: boolean;
  readonly differences: number;
  /** The first few differences, with the events that explain them. */
  readonly firstDifferences: readonly ExplainedDifference[];
}

export interface ExplainedDifference extends Difference {
  /** The agent's or the group's events nearest to the start, or their first ones, in the order of their times. */
  readonly eventsNearby: readonly string[];
}

const DIFFERENCES_SHOWN = 5;
const EVENTS_SHOWN = 6;

/** Methods whose answers follow from contacts; the others' follow from statuses. */
const CONTACT_METHODS: readonly Method[] = [
  'serviceGroupData',
  'agentCallsData',
  'agentChatsWorkTime',
  'groupsOnlineLoad',
];

/** The verdict on a check, with the events that the first differences follow from. */
export function verdictOf(check: AnswerCheck, sent: readonly CentreEvent[]): Verdict {
  const isAboutContacts = CONTACT_METHODS.includes(check.method);
  const relevant = sent.filter((event) => isContactStep(event) === isAboutContacts);
  return {
    ...check,
    equal: check.differences.length === 0,
    differences: check.differences.length,
    firstDifferences: check.differences
      .slice(0, DIFFERENCES_SHOWN)
      .map((difference) => ({ ...difference, eventsNearby: eventsNearby(difference, relevant) })),
  };
}

/** The verdict as lines for people. */
export function verdictLines(verdict: Verdict): string[] {
  const { equal, differences, firstDifferences } = verdict;
  const found = equal ? 'equal' : `NOT EQUAL: ${count(differences, 'difference')}`;
  return [
    `${question(verdict)}: ${contents(verdict)}: ${found}`,
    ...firstDifferences.flatMap(differenceLines),
    ...(differences > firstDifferences.length
      ? [`  … and ${differences - firstDifferences.length} more`]
      : []),
  ];
}

function question({ method, period, stepMs }: Verdict): string {
  const when = period === undefined ? 'now' : `${period.startDate} to ${period.endDate}`;
  const step = stepMs === undefined ? [] : [`by ${stepMs / 1000} s`];
  return [method, when, ...step].join(', ');
}

function contents({ holds }: Verdict): string {
  return Object.entries(holds)
    .map(([several, n]) => count(n, several.slice(0, -1), several))
    .join(', ');
}

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

function eventsNearby(difference: Difference, sent: readonly CentreEvent[]): string[] {
  const { agentId, groupId, startDate } = difference;
  if (agentId === undefined && groupId === undefined) return [];
  const start = startDate === undefined ? 0 : Date.parse(startDate);
  const distance = (event: CentreEvent): number => Math.abs(event.actionTime - start);
  return sent
    .filter((event) => agentId === undefined || event.workerId === agentId)
    .filter((event) => groupId === undefined || event.groupId === groupId || event.groupId === null)
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, EVENTS_SHOWN)
    .sort((a, b) => a.actionTime - b.actionTime)
    .map(describe);
}

function describe(event: CentreEvent): string {
  const group = event.groupId === null ? '' : ` in group ${event.groupId}`;
  const when = isoDate(event.actionTime);
  if (!isContactStep(event)) return `${when} ${event.action} ${event.stateCode} (${event.stateName})${group}`;
  const by = event.workerId === '' ? '' : ` by ${event.workerId}`;
  const customer = event.customerId === '' ? '' : ` of ${event.customerId}`;
  const channel = event.channelType === '' ? '' : ` (${event.channelType})`;
  return `${when} ${event.action} ${event.contactId}${customer}${channel}${group}${by}`;
}

function shortJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 400 ? `${text.slice(0, 400)} …` : text;
}

/** "1 agent", "1,234 agents". */
export function count(n: number, one: string, several = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : several}`;
}
