import { GROUPS, groupsOfAgent } from './agent-profile.js';
import { WORK } from './agent-states.js';
import { type ContactStep, SeededRandom, timelineKeyOf, type SimulatedEvent } from '#oracle';
import type { ContactCentreOptions } from './contact-centre.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 86_400_000;

const MEAN_WAIT_MS = 15 * SECOND;
const MEAN_RING_MS = 6 * SECOND;
const MEAN_WRAP_UP_MS = MINUTE;
const MEAN_PATIENCE_MS = 90 * SECOND;

/** Customers who come again and again, also within a day. */
const REGULARS = 50;

/** One time that an agent was busy with a contact; the end is `Infinity` where the platform never reports one. */
interface Visit {
  readonly workerId: string;
  readonly groupId: string | null;
  readonly start: number;
  readonly end: number;
}

/** What happens, before it is said of which contact and customer. */
interface Happening {
  readonly action: ContactStep['action'];
  readonly at: number;
  readonly groupId: string;
  readonly workerId?: string;
}

/** Where contacts are: what is drawn from, and who else could take them. */
interface Floor {
  readonly random: SeededRandom;
  readonly colleagues: readonly string[];
}

/**
 * The steps of the contacts that the agents' work was about, in the order in which they happen: each stay in the
 * state Work is the talk of one contact, or of two at once; some contacts never come to an agent.
 *
 * Pure: equal arguments give equal steps.
 *
 * @param statuses the true status events of the contact centre, in the order in which they happen.
 */
export function simulateContacts(
  options: ContactCentreOptions,
  statuses: readonly SimulatedEvent[],
): ContactStep[] {
  const random = new SeededRandom(options.seed);
  const colleagues: string[] = [];
  const steps: ContactStep[] = [];
  for (const visits of workVisits(statuses).values()) {
    const { workerId } = visits[0]!;
    colleagues.push(workerId);
    const floor = {
      colleagues: [...colleagues],
      random: random.fork(`contacts of ${timelineKeyOf(visits[0]!)}`),
    };
    const groups = groupsOfAgent(workerId, random);
    const tickMs = floor.random.chance(0.15) ? 1 : SECOND;
    storiesOf(visits, groups, floor).forEach((story, n) => {
      const contactId = `${workerId}/${visits[0]!.groupId ?? ''}#${n}`;
      steps.push(...identified(story, contactId, tickMs, floor.random));
    });
  }
  const begin = options.until - options.days * DAY;
  return steps
    .filter(({ actionTime }) => begin <= actionTime && actionTime <= options.until)
    .sort((a, b) => a.actionTime - b.actionTime);
}

/** The stays in the state Work, timeline by timeline. */
function workVisits(statuses: readonly SimulatedEvent[]): Map<string, Visit[]> {
  const timelines = new Map<string, Visit[]>();
  for (const { workerId, groupId, stateCode, action, actionTime } of statuses) {
    if (stateCode !== WORK.code) continue;
    const key = timelineKeyOf({ workerId, groupId });
    const visits = timelines.get(key) ?? [];
    timelines.set(key, visits);
    if (action === 'enter') visits.push({ workerId, groupId, start: actionTime, end: Infinity });
    else visits.push({ ...visits.pop()!, end: actionTime });
  }
  return timelines;
}

function storiesOf(visits: readonly Visit[], groups: readonly string[], floor: Floor): Happening[][] {
  const { random } = floor;
  return visits.flatMap((visit) => {
    const groupId = visit.groupId ?? random.pick(groups);
    const stories = [servedContact(visit, groupId, floor)];
    if (random.chance(0.25)) stories.push(servedContact(parallelVisit(visit, random), groupId, floor));
    if (random.chance(0.25)) stories.push(unservedContact(visit, groupId, random));
    return stories;
  });
}

/** A contact that the agent takes while still talking to another. */
function parallelVisit(visit: Visit, random: SeededRandom): Visit {
  const talkMs = Math.min(visit.end - visit.start, 20 * MINUTE);
  const start = visit.start + random.next() * talkMs;
  return { ...visit, start, end: start + random.exponential(talkMs) };
}

function servedContact(visit: Visit, groupId: string, floor: Floor): Happening[] {
  const { random } = floor;
  const { workerId, start, end } = visit;
  const offeredAt = start - random.exponential(MEAN_RING_MS);
  const refusals = random.chance(0.15) ? random.integer(1, 2) : 0;
  const firstOfferedAt = offeredAt - refusals * 10 * SECOND;
  const queuedAt = firstOfferedAt - random.exponential(MEAN_WAIT_MS);
  return [
    { action: 'queued', at: queuedAt, groupId },
    ...Array.from({ length: refusals }, (_, n): Happening => {
      const refuser = random.pick(floor.colleagues);
      return { action: 'offered', at: firstOfferedAt + n * 10 * SECOND, groupId, workerId: refuser };
    }),
    { action: 'offered', at: offeredAt, groupId, workerId },
    { action: 'answered', at: start, groupId, workerId },
    ...holding(visit, groupId, random),
    ...(end === Infinity ? [] : endOfTalk({ workerId, end }, groupId, floor)),
  ];
}

function holding({ workerId, start, end }: Visit, groupId: string, random: SeededRandom): Happening[] {
  if (end === Infinity || !random.chance(0.2)) return [];
  const heldAt = start + random.next() * (end - start);
  const resumedAt = heldAt + random.next() * (end - heldAt);
  return [
    { action: 'held', at: heldAt, groupId, workerId },
    { action: 'resumed', at: resumedAt, groupId, workerId },
  ];
}

function endOfTalk(
  { workerId, end }: { workerId: string; end: number },
  groupId: string,
  floor: Floor,
): Happening[] {
  const { random } = floor;
  const ending = random.pickWeighted([
    ['finished', 78],
    ['transferred', 12],
    ['abandoned', 3],
    ['bot_closed', 4],
    ['never reported', 3],
  ] as const);
  switch (ending) {
    case 'never reported':
      return [];
    case 'abandoned':
    case 'bot_closed':
      return [{ action: ending, at: end, groupId }];
    case 'finished':
      return [
        { action: 'finished', at: end, groupId, workerId },
        ...afterTalk(workerId, end, groupId, random),
      ];
    case 'transferred':
      return [
        { action: 'transferred', at: end, groupId, workerId },
        ...afterTalk(workerId, end, groupId, random),
        ...afterTransfer(end, random.pick(GROUPS.filter((other) => other !== groupId)), floor),
      ];
  }
}

function afterTalk(workerId: string, end: number, groupId: string, random: SeededRandom): Happening[] {
  const wrappedAt = end + random.exponential(MEAN_WRAP_UP_MS);
  return [
    ...(random.chance(0.7) ? [{ action: 'wrapped' as const, at: wrappedAt, groupId, workerId }] : []),
    ...(random.chance(0.3)
      ? [{ action: 'rested' as const, at: wrappedAt + random.integer(0, 30) * SECOND, groupId, workerId }]
      : []),
  ];
}

/** What becomes of a contact that is handed over to another group; it is queued there in the same instant. */
function afterTransfer(at: number, groupId: string, floor: Floor): Happening[] {
  const { random } = floor;
  const queued: Happening = { action: 'queued', at, groupId };
  if (random.chance(0.25)) return [queued, ...endOfWaiting(at, groupId, random)];
  const workerId = random.pick(floor.colleagues);
  const offeredAt = at + random.exponential(MEAN_WAIT_MS);
  const answeredAt = offeredAt + random.exponential(MEAN_RING_MS);
  const end = answeredAt + random.exponential(5 * MINUTE);
  return [
    queued,
    { action: 'offered', at: offeredAt, groupId, workerId },
    { action: 'answered', at: answeredAt, groupId, workerId },
    { action: 'finished', at: end, groupId, workerId },
    ...afterTalk(workerId, end, groupId, random),
  ];
}

/** A contact that nobody answers. */
function unservedContact(visit: Visit, groupId: string, random: SeededRandom): Happening[] {
  const { workerId } = visit;
  const at = visit.start + random.next() * 10 * MINUTE;
  const isOffered = random.chance(0.3);
  return [
    { action: 'queued', at, groupId },
    ...(isOffered ? [{ action: 'offered' as const, at: at + 5 * SECOND, groupId, workerId }] : []),
    ...endOfWaiting(at + 5 * SECOND, groupId, random),
  ];
}

function endOfWaiting(since: number, groupId: string, random: SeededRandom): Happening[] {
  const at = since + random.exponential(MEAN_PATIENCE_MS);
  const action = random.pickWeighted<'abandoned' | 'bot_closed' | 'never reported'>([
    ['abandoned', 60],
    ['bot_closed', 30],
    ['never reported', 10],
  ]);
  return action === 'never reported' ? [] : [{ action, at, groupId }];
}

/** The story as its contact's steps: customer and channel are stated at every step, or at the first or second only. */
function identified(
  story: readonly Happening[],
  contactId: string,
  tickMs: number,
  random: SeededRandom,
): ContactStep[] {
  const customer = customerOf(contactId, random);
  const channel = random.pickWeighted([
    ['CHATS', 50],
    ['MAILS', 10],
    ['INCOMING_CALLS', 20],
    ['', 20],
  ] as const);
  const statedAt = random.pickWeighted<'every' | number>([
    ['every', 70],
    [0, 20],
    [1, 10],
  ]);
  return story.map(({ action, at, groupId, workerId = '' }, n) => {
    const isStated = statedAt === 'every' || statedAt === n;
    return {
      contactId,
      groupId,
      actionTime: Math.floor(at / tickMs) * tickMs,
      action,
      workerId,
      customerId: isStated ? customer : '',
      channelType: isStated ? channel : '',
    };
  });
}

function customerOf(contactId: string, random: SeededRandom): string {
  return random.pickWeighted([
    ['', 15],
    [`клиент "${random.integer(1, REGULARS)}" \\ o'hara`, 40],
    [`customer of ${contactId}`, 45],
  ]);
}
