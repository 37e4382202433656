import { compareUtf8 } from './utf8-order.js';

/** Entering (`1` on the wire) or leaving (`0`) a state (spec 4.1.2.2). */
export type StatusAction = 'enter' | 'exit';

/** The group of a timeline whose statuses are not set per group. */
export const NO_GROUP = '';

/** One agent's line of states: `(systemId, workerId, groupId or none)`. */
export interface TimelineId {
  readonly systemId: string;
  readonly workerId: string;
  /** {@link NO_GROUP} when the platform sets statuses without a group. */
  readonly groupId: string;
}

/** What happened on a timeline: a state was entered or left. */
export interface TimelineEvent {
  readonly stateCode: string;
  readonly stateName: string;
  /** Milliseconds since the Unix epoch, by the sender's clock. */
  readonly actionTime: number;
  readonly action: StatusAction;
}

/** One fact as a sender reported it (spec 4.1), immutable, identified by its content. */
export interface StatusEvent extends TimelineId, TimelineEvent {}

/** A key that two events share exactly if they are on one timeline. Ids contain no control characters. */
export function timelineKey(id: TimelineId): string {
  return `${id.systemId}\u0000${id.workerId}\u0000${id.groupId}`;
}

/** Whether two events of one timeline are the same event; the name is not part of the identity. */
export function isSameEvent(a: TimelineEvent, b: TimelineEvent): boolean {
  return a.actionTime === b.actionTime && a.action === b.action && a.stateCode === b.stateCode;
}

/**
 * The order of events on a timeline: by instant, and within one instant enters before exits, then by code
 * (UTF-8 bytes). Zero exactly for the same event.
 */
export function compareEvents(a: TimelineEvent, b: TimelineEvent): number {
  if (a.actionTime !== b.actionTime) return a.actionTime - b.actionTime;
  if (a.action !== b.action) return a.action === 'enter' ? -1 : 1;
  return compareUtf8(a.stateCode, b.stateCode);
}

/** Which of two names wins when duplicates of an event disagree: the greater by UTF-8 bytes. */
export function winningName(a: string, b: string): string {
  return compareUtf8(a, b) >= 0 ? a : b;
}

/**
 * The set of events in a list of arrivals: ordered by {@link compareEvents}, each event once, with the
 * {@link winningName}.
 */
export function distinctEvents<E extends TimelineEvent>(arrivals: readonly E[]): E[] {
  const ordered = [...arrivals].sort(compareEvents);
  let kept = 0;
  for (const event of ordered) {
    const last = kept > 0 ? ordered[kept - 1]! : undefined;
    if (last === undefined || !isSameEvent(last, event)) ordered[kept++] = event;
    else if (compareUtf8(event.stateName, last.stateName) > 0) ordered[kept - 1] = event;
  }
  ordered.length = kept;
  return ordered;
}
