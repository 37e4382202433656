import { compareUtf8 } from './utf8-order.js';

/** What can happen to a contact. Steps of one instant are processed in this order, unless a rule says otherwise. */
export const CONTACT_ACTIONS = [
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

export type ContactAction = (typeof CONTACT_ACTIONS)[number];

/** The worker, customer or channel of a step that does not state one. */
export const NOT_STATED = '';

export interface ContactId {
  readonly systemId: string;
  readonly contactId: string;
}

/** What happened to a contact: one step of its way through the groups. */
export interface ContactStep {
  readonly groupId: string;
  /** Milliseconds since the Unix epoch, by the sender's clock. */
  readonly actionTime: number;
  readonly action: ContactAction;
  /** {@link NOT_STATED} only if the action does not need one ({@link requiresWorker}). */
  readonly workerId: string;
  readonly customerId: string;
  readonly channelType: string;
}

/** One fact about a contact as a sender reported it, immutable, identified by its content. */
export interface ContactEvent extends ContactId, ContactStep {}

const RANK = Object.fromEntries(CONTACT_ACTIONS.map((action, rank) => [action, rank])) as Readonly<
  Record<ContactAction, number>
>;

const WITHOUT_WORKER: ReadonlySet<ContactAction> = new Set(['queued', 'abandoned', 'bot_closed']);

/** Whether an event with this action must state the worker. */
export function requiresWorker(action: ContactAction): boolean {
  return !WITHOUT_WORKER.has(action);
}

/** A key that two events share exactly if they belong to one contact. Ids contain no control characters. */
export function contactKey(id: ContactId): string {
  return `${id.systemId}\u0000${id.contactId}`;
}

/** Whether two steps of one contact are the same; neither customer nor channel is part of the identity. */
export function isSameStep(a: ContactStep, b: ContactStep): boolean {
  return (
    a.actionTime === b.actionTime &&
    a.action === b.action &&
    a.groupId === b.groupId &&
    a.workerId === b.workerId
  );
}

/** By instant, and within one instant by the order of {@link CONTACT_ACTIONS}. */
export function compareInstantAndAction(a: ContactStep, b: ContactStep): number {
  return a.actionTime - b.actionTime || RANK[a.action] - RANK[b.action];
}

/**
 * The order of the steps of a contact: {@link compareInstantAndAction}, then by group, then by worker (UTF-8
 * bytes). Zero exactly for the same step.
 */
export function compareSteps(a: ContactStep, b: ContactStep): number {
  return (
    compareInstantAndAction(a, b) || compareUtf8(a.groupId, b.groupId) || compareUtf8(a.workerId, b.workerId)
  );
}

/**
 * The set of steps in a list of arrivals: ordered by {@link compareSteps}, each step once. If repeats disagree in
 * customer or channel, the smallest stated value counts, separately for each of the two.
 */
export function distinctSteps<S extends ContactStep>(arrivals: readonly S[]): S[] {
  const ordered = [...arrivals].sort(compareSteps);
  let kept = 0;
  for (const step of ordered) {
    const last = kept > 0 ? ordered[kept - 1]! : undefined;
    if (last === undefined || !isSameStep(last, step)) ordered[kept++] = step;
    else ordered[kept - 1] = mergeRepeats(last, step);
  }
  ordered.length = kept;
  return ordered;
}

function mergeRepeats<S extends ContactStep>(a: S, b: S): S {
  return {
    ...a,
    customerId: smallestStated(a.customerId, b.customerId),
    channelType: smallestStated(a.channelType, b.channelType),
  };
}

function smallestStated(a: string, b: string): string {
  if (a === NOT_STATED) return b;
  if (b === NOT_STATED) return a;
  return compareUtf8(a, b) <= 0 ? a : b;
}
