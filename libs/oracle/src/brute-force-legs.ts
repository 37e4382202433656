import { compareBytes } from './byte-order.js';

/*
 * The oracle for contacts. It spells out the rules of legs, one by one and as plainly as possible, to check the
 * service's own implementation against. It must not share code with the service, since nobody would notice a shared
 * mistake.
 */

/** The actions in the order of the table that defines them: the order in which steps of one instant are processed. */
const TABLE = [
  'queued',
  'offered',
  'answered',
  'held',
  'resumed',
  'finished',
  'transferred',
  'wrapped',
  'rested',
  'abandoned',
  'bot_closed',
] as const;

const ENDINGS: readonly string[] = ['finished', 'transferred', 'abandoned', 'bot_closed'];

/** One event of a contact, as far as its legs are concerned. Fields that are not stated are `''`. */
export interface ContactEventLike {
  readonly groupId: string;
  /** Milliseconds since the Unix epoch. */
  readonly actionTime: number;
  readonly action: (typeof TABLE)[number];
  readonly workerId: string;
  readonly customerId: string;
  readonly channelType: string;
}

/** One visit to one group and its figures: times and durations in milliseconds, or `null`. */
export interface BruteForceLeg {
  readonly groupId: string;
  readonly received: number;
  readonly queuedKnown: boolean;
  readonly outcome: 'processed' | 'missed' | 'running' | 'unended';
  readonly endedAs: 'finished' | 'transferred' | 'abandoned' | 'bot_closed' | null;
  readonly ended: number | null;
  readonly endedBy: string;
  readonly answered: number | null;
  readonly answeredBy: string;
  readonly waiting: number | null;
  readonly ring: number | null;
  readonly talk: number | null;
  readonly handling: number | null;
  readonly postProcessing: number | null;
  readonly customerId: string;
  readonly channelType: string;
  readonly lastTouched: number;
}

/** A defect of the events, and the event that revealed it. */
export interface ContactAnomalyLike {
  readonly kind: 'lost_end' | 'orphan_step';
  readonly at: number;
  readonly action: string;
  readonly groupId: string;
  readonly workerId: string;
}

export interface BruteForceContact {
  /** In the order in which they began; empty if the contact is excluded. */
  readonly legs: BruteForceLeg[];
  /** In the order in which they were revealed. */
  readonly anomalies: ContactAnomalyLike[];
  /** Whether a bot closed the contact and no agent answered it. It then counts nowhere. */
  readonly excluded: boolean;
}

/** A leg while the events are being processed. */
interface Visit {
  groupId: string;
  state: 'running' | 'unended' | 'ended';
  events: ContactEventLike[];
  ending: ContactEventLike | null;
}

/**
 * Derives the legs of one contact from its events.
 *
 * @param events the events of one contact in any order, repeats included.
 */
export function legsByBruteForce(events: readonly ContactEventLike[]): BruteForceContact {
  const visits: Visit[] = [];
  const anomalies: ContactAnomalyLike[] = [];
  const runningVisit = () => visits.find((visit) => visit.state === 'running');
  const report = (
    kind: ContactAnomalyLike['kind'],
    { actionTime, action, groupId, workerId }: ContactEventLike,
  ) => anomalies.push({ kind, at: actionTime, action, groupId, workerId });

  const begin = (event: ContactEventLike): Visit => {
    const interrupted = runningVisit();
    if (interrupted !== undefined) {
      interrupted.state = 'unended';
      report('lost_end', event);
    }
    const visit: Visit = { groupId: event.groupId, state: 'running', events: [event], ending: null };
    visits.push(visit);
    return visit;
  };

  for (const t of instantsOf(events)) {
    const groupBefore = runningVisit()?.groupId;
    for (const event of inOrderOfRule1(events, t, groupBefore)) {
      const running = runningVisit();
      const own = running !== undefined && running.groupId === event.groupId ? running : undefined;
      const isEnding = ENDINGS.includes(event.action);

      // Rule 2: `queued` always begins a leg.
      if (event.action === 'queued') {
        begin(event);
        continue;
      }

      // Rule 5: what follows the talk belongs to the latest leg that the worker ended.
      if (event.action === 'wrapped' || event.action === 'rested') {
        const ended = visits
          .filter((visit) => visit.ending !== null && whoEnded(visit) === event.workerId)
          .sort((a, b) => a.ending!.actionTime - b.ending!.actionTime);
        if (ended.length > 0) ended[ended.length - 1]!.events.push(event);
        else report('orphan_step', event);
        continue;
      }

      // Rule 3: these begin a leg if none is running in their group. Rule 4: the others do not.
      const begins = ['offered', 'answered', 'abandoned'].includes(event.action);
      if (own === undefined && !begins) {
        report('orphan_step', event);
        continue;
      }
      if (own !== undefined) own.events.push(event);
      const visit = own ?? begin(event);
      if (isEnding) {
        visit.state = 'ended';
        visit.ending = event;
      }
    }
  }

  const everAnswered =
    events.some((event) => event.action === 'answered') ||
    visits.some((visit) => visit.ending?.action === 'finished' || visit.ending?.action === 'transferred');
  const excluded = !everAnswered && visits.some((visit) => visit.ending?.action === 'bot_closed');
  return { legs: excluded ? [] : visits.map(withFigures), anomalies, excluded };
}

function instantsOf(events: readonly ContactEventLike[]): number[] {
  return [...new Set(events.map((event) => event.actionTime))].sort((a, b) => a - b);
}

/** The distinct events of an instant: the ending of the leg that was running before it, then the table's order. */
function inOrderOfRule1(
  events: readonly ContactEventLike[],
  t: number,
  groupBefore: string | undefined,
): ContactEventLike[] {
  const left = events.filter((event) => event.actionTime === t);
  const ordered: ContactEventLike[] = [];
  for (const wanted of TABLE) {
    const ofAction = left.filter((event) => event.action === wanted);
    const groups = [...new Set(ofAction.map((event) => event.groupId))].sort(compareBytes);
    for (const groupId of groups) {
      const ofGroup = ofAction.filter((event) => event.groupId === groupId);
      const workers = [...new Set(ofGroup.map((event) => event.workerId))].sort(compareBytes);
      for (const workerId of workers) {
        const repeats = ofGroup.filter((event) => event.workerId === workerId);
        ordered.push({
          ...repeats[0]!,
          customerId: smallestStated(repeats.map((event) => event.customerId)),
          channelType: smallestStated(repeats.map((event) => event.channelType)),
        });
      }
    }
  }
  const first = ordered.find((event) => ENDINGS.includes(event.action) && event.groupId === groupBefore);
  return first === undefined ? ordered : [first, ...ordered.filter((event) => event !== first)];
}

function smallestStated(values: string[]): string {
  return values.filter((value) => value !== '').sort(compareBytes)[0] ?? '';
}

/** The worker stated by the ending, or else the one who answered. */
function whoEnded({ ending, events }: Visit): string {
  if (ending === null) return '';
  if (ending.workerId !== '') return ending.workerId;
  return events.find((event) => event.action === 'answered')?.workerId ?? '';
}

function withFigures(visit: Visit): BruteForceLeg {
  const of = (...actions: string[]) => visit.events.filter((event) => actions.includes(event.action));
  const begin = visit.events[0]!;
  const ended = visit.ending?.actionTime ?? null;
  const processed = visit.ending !== null && visit.ending.action !== 'abandoned';
  const outcome =
    visit.ending === null ? (visit.state as 'running' | 'unended') : processed ? 'processed' : 'missed';

  let answered: number | null = null;
  let answeredBy = '';
  const firstAnswer = of('answered')[0];
  if (firstAnswer !== undefined) {
    answered = firstAnswer.actionTime;
    answeredBy = firstAnswer.workerId;
  } else if (processed) {
    answered = of('offered').pop()?.actionTime ?? ended;
    answeredBy = whoEnded(visit);
  }
  const offeredToThem = of('offered')
    .filter((event) => event.workerId === answeredBy && answered !== null && event.actionTime <= answered)
    .pop()?.actionTime;
  const waitingEnds = [
    ...of('offered', 'answered', 'abandoned').map((event) => event.actionTime),
    ...(answered === null ? [] : [answered]),
  ];
  const afterwards = of('wrapped', 'rested').map((event) => event.actionTime);

  const counts = visit.state !== 'unended';
  const talked = counts && processed && ended !== null && answered !== null;
  return {
    groupId: visit.groupId,
    received: begin.actionTime,
    queuedKnown: begin.action === 'queued',
    outcome,
    endedAs: (visit.ending?.action ?? null) as BruteForceLeg['endedAs'],
    ended,
    endedBy: whoEnded(visit),
    answered: counts ? answered : null,
    answeredBy: counts ? answeredBy : '',
    waiting: counts && waitingEnds.length > 0 ? Math.min(...waitingEnds) - begin.actionTime : null,
    ring: counts && answered !== null ? answered - (offeredToThem ?? answered) : null,
    talk: talked ? ended - answered! : null,
    handling: talked ? ended - (offeredToThem ?? answered!) : null,
    postProcessing: talked ? Math.max(ended, ...afterwards) - ended : null,
    customerId: statedFirst(visit.events, 'customerId'),
    channelType: statedFirst(visit.events, 'channelType'),
    lastTouched: Math.max(...visit.events.map((event) => event.actionTime)),
  };
}

/** By instant, then the table's order, then the smallest value. */
function statedFirst(events: readonly ContactEventLike[], field: 'customerId' | 'channelType'): string {
  for (const t of instantsOf(events)) {
    for (const action of TABLE) {
      const values = events
        .filter((event) => event.actionTime === t && event.action === action)
        .map((e) => e[field]);
      const stated = smallestStated(values);
      if (stated !== '') return stated;
    }
  }
  return '';
}
