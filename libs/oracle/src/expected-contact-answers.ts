import { legsByBruteForce } from './brute-force-legs.js';
import type { BruteForceLeg } from './brute-force-legs.js';
import { compareBytes } from './byte-order.js';
import type { ContactStep } from './contact-step.js';
import { NO_ASSIGNMENTS } from './directory.js';
import type { Assignments } from './directory.js';
import { isoDate, serviceIdOf } from './expected-answers.js';
import type { Period, ServiceRules } from './service-rules.js';
import { dayOf, localDays } from './local-days.js';
import type { LocalDay } from './local-days.js';

/** One leg, with its contact. */
export interface ContactLeg extends BruteForceLeg {
  readonly contactId: string;
}

/** An element of the answer to `serviceGroupData` (spec 3.2.2.3.1). */
export interface GroupHistoryEntry {
  readonly serviceId: string;
  readonly groupId: string;
  readonly historicData: readonly GroupBucket[];
}

export interface GroupBucket {
  readonly startInterval: string;
  readonly endInterval: string;
  readonly notUniqueReceived: number;
  readonly notUniqueTreated: number;
  readonly notUniqueMissed: number;
  readonly receivedCalls: number;
  readonly treatedCalls: number;
  readonly missCalls: number;
  readonly aht: number;
  readonly postProcessing: number;
}

/** An element of the answer to `agentCallsData` (spec 3.5.2.3.1). */
export interface AgentCallsEntry {
  readonly agentId: string;
  readonly serviceId: string;
  readonly groupId: string;
  readonly agentCalls: readonly {
    readonly startCall: string;
    readonly endCall: string;
    readonly duration: number;
  }[];
}

/** An element of the answer to `agentChatsWorkTime` (spec 3.6.2.3.1). */
export interface ChatsWorkTimeEntry {
  readonly agentId: string;
  readonly workDate: string;
  readonly workTime: number;
}

/** The legs of every contact with at least one event. */
export function foldContacts(sent: readonly ContactStep[]): ContactLeg[] {
  const contacts = groupBy(sent, ({ contactId }) => contactId);
  return [...contacts].flatMap(([contactId, steps]) =>
    legsByBruteForce(steps).legs.map((leg) => ({ ...leg, contactId })),
  );
}

/**
 * The exact answer to `serviceGroupData` for all groups.
 *
 * @param stepMs the length of a bucket; the last one of a day may be shorter.
 */
export function expectedServiceGroupData(
  legs: readonly ContactLeg[],
  period: Period,
  stepMs: number,
  rules: ServiceRules,
  assignments: Assignments = NO_ASSIGNMENTS,
): GroupHistoryEntry[] {
  const received = legs.map((leg) => leg.received);
  const days = localDays(least(received), greatest(received), rules.timeZone);
  return [...groupBy(legs, ({ groupId }) => groupId)]
    .map(([groupId, ofGroup]) => ({
      serviceId: serviceIdOf(groupId, assignments, rules),
      groupId,
      historicData: bucketsOf(ofGroup, period, stepMs, days),
    }))
    .filter(({ historicData }) => historicData.length > 0)
    .sort(byServiceThenGroup);
}

/** The exact answer to `agentCallsData` for all agents. */
export function expectedAgentCallsData(
  legs: readonly ContactLeg[],
  period: Period,
  rules: ServiceRules,
  assignments: Assignments = NO_ASSIGNMENTS,
): AgentCallsEntry[] {
  const calls = legs
    .filter(isProcessed)
    .filter(({ answered }) => period.start <= answered && answered < period.end)
    .filter(({ answeredBy }) => answeredBy !== '')
    .sort((a, b) => a.answered - b.answered || a.ended - b.ended);
  return [...groupBy(calls, ({ answeredBy, groupId }) => JSON.stringify([answeredBy, groupId])).values()]
    .map((ofAgent) => ({
      agentId: ofAgent[0]!.answeredBy,
      serviceId: serviceIdOf(ofAgent[0]!.groupId, assignments, rules),
      groupId: ofAgent[0]!.groupId,
      agentCalls: ofAgent.map(({ answered, ended }) => ({
        startCall: isoDate(answered),
        endCall: isoDate(ended),
        duration: ended - answered,
      })),
    }))
    .sort((a, b) => compareBytes(a.agentId, b.agentId) || compareBytes(a.groupId, b.groupId));
}

/**
 * The exact answer to `agentChatsWorkTime` for all agents.
 *
 * @param now the end of unfinished chats, in milliseconds since the Unix epoch.
 */
export function expectedAgentChatsWorkTime(
  legs: readonly ContactLeg[],
  period: Period,
  now: number,
  rules: ServiceRules,
): ChatsWorkTimeEntry[] {
  const days = localDays(period.start, period.end, rules.timeZone);
  const chats = legs
    .filter(({ outcome }) => outcome !== 'unended')
    .filter(({ channelType }) => channelType === 'CHATS' || channelType === '')
    .flatMap(({ answered, answeredBy, ended }) =>
      answered === null || answeredBy === '' ? [] : [{ answeredBy, start: answered, end: ended ?? now }],
    );
  return [...groupBy(chats, ({ answeredBy }) => answeredBy)]
    .sort(([a], [b]) => compareBytes(a, b))
    .flatMap(([agentId, ofAgent]) =>
      days.map((day) => ({
        agentId,
        workDate: day.date,
        workTime: lengthOfUnion(ofAgent.map((chat) => clip(clip(chat, day), period))),
      })),
    )
    .filter(({ workTime }) => workTime > 0);
}

/** The mean, rounded half up; 0 without values. */
export function average(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const total = values.reduce((sum, value) => sum + value, 0);
  const remainder = total % values.length;
  return (total - remainder) / values.length + (2 * remainder >= values.length ? 1 : 0);
}

/** By service, then by group, as UTF-8 bytes. */
export function byServiceThenGroup(
  a: { serviceId: string; groupId: string },
  b: { serviceId: string; groupId: string },
): number {
  return compareBytes(a.serviceId, b.serviceId) || compareBytes(a.groupId, b.groupId);
}

/** A processed leg, which has all of these figures. */
export type ProcessedLeg = ContactLeg & {
  readonly answered: number;
  readonly ended: number;
  readonly talk: number;
  readonly handling: number;
  readonly postProcessing: number;
};

export function isProcessed(leg: ContactLeg): leg is ProcessedLeg {
  return leg.outcome === 'processed';
}

/** The figures of what one group received within the period, in buckets of `stepMs` from the start of each day. */
function bucketsOf(
  ofGroup: readonly ContactLeg[],
  period: Period,
  stepMs: number,
  days: readonly LocalDay[],
): GroupBucket[] {
  const unique = firstOfTheirCustomers(ofGroup, days);
  const within = ofGroup.filter((leg) => period.start <= leg.received && leg.received < period.end);
  const startOfBucket = (leg: ContactLeg): number => {
    const { start } = dayOf(leg.received, days);
    return start + Math.floor((leg.received - start) / stepMs) * stepMs;
  };
  return [...groupBy(within, startOfBucket)]
    .sort(([a], [b]) => a - b)
    .map(([start, legs]) => ({
      startInterval: isoDate(start),
      endInterval: isoDate(Math.min(start + stepMs, dayOf(start, days).end)),
      ...figuresOf(legs, unique),
    }));
}

function figuresOf(legs: readonly ContactLeg[], unique: ReadonlySet<ContactLeg>) {
  const processed = legs.filter(isProcessed);
  const missed = legs.filter(({ outcome }) => outcome === 'missed');
  const countUnique = (of: readonly ContactLeg[]): number => of.filter((leg) => unique.has(leg)).length;
  return {
    notUniqueReceived: legs.length,
    notUniqueTreated: processed.length,
    notUniqueMissed: missed.length,
    receivedCalls: countUnique(legs),
    treatedCalls: countUnique(processed),
    missCalls: countUnique(missed),
    aht: average(processed.map(({ handling }) => handling)),
    postProcessing: average(processed.map(({ postProcessing }) => postProcessing)),
  };
}

/**
 * The unique ones among a group's legs: the first of each customer and day, and all without a customer. Among legs of
 * one instant, the smallest contact's comes first; among those of one contact, the one that began first, which is their
 * order.
 */
function firstOfTheirCustomers(legs: readonly ContactLeg[], days: readonly LocalDay[]): Set<ContactLeg> {
  const inOrder = [...legs].sort((a, b) => a.received - b.received || compareBytes(a.contactId, b.contactId));
  const seen = new Set<string>();
  return new Set(
    inOrder.filter(({ customerId, received }) => {
      if (customerId === '') return true;
      const customerOfDay = JSON.stringify([dayOf(received, days).date, customerId]);
      if (seen.has(customerOfDay)) return false;
      seen.add(customerOfDay);
      return true;
    }),
  );
}

/** Like `Math.min`, for more values than fit into the arguments of one call. */
function least(values: readonly number[]): number {
  return values.reduce((smallest, value) => Math.min(smallest, value), Infinity);
}

function greatest(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), -Infinity);
}

function clip({ start, end }: Period, to: Period): Period {
  return { start: Math.max(start, to.start), end: Math.min(end, to.end) };
}

function lengthOfUnion(stretches: readonly Period[]): number {
  let length = 0;
  let coveredUntil = -Infinity;
  for (const { start, end } of [...stretches].sort((a, b) => a.start - b.start)) {
    const uncovered = end - Math.max(start, coveredUntil);
    if (uncovered > 0) length += uncovered;
    coveredUntil = Math.max(coveredUntil, end);
  }
  return length;
}

function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const group = groups.get(keyOf(value));
    if (group === undefined) groups.set(keyOf(value), [value]);
    else group.push(value);
  }
  return groups;
}
