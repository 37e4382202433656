import {
  compareEvents,
  distinctEvents,
  isSameEvent,
  winningName,
  type TimelineEvent,
} from './status-event.js';
import { lowerBound } from './instants.js';

/**
 * A stretch of a timeline that is known completely: all events with `knownFrom ≤ actionTime ≤ knownTo`, distinct and
 * ordered as {@link distinctEvents} returns them.
 */
export interface TimelineView<E extends TimelineEvent = TimelineEvent> {
  readonly events: readonly E[];
  /** `-Infinity` if the view starts with the timeline's first event. */
  readonly knownFrom: number;
  /** `Infinity` if the view ends with the timeline's last event. */
  readonly knownTo: number;
}

/** The view of a timeline without events. */
export const EMPTY_VIEW: TimelineView<never> = { events: [], knownFrom: -Infinity, knownTo: Infinity };

/** Whether the view holds the timeline from its first event to its last. */
export function isComplete(view: TimelineView): boolean {
  return view.knownFrom === -Infinity && view.knownTo === Infinity;
}

/** The view with further events, which must lie inside it. Does not change `view`. */
export function withEvents<E extends TimelineEvent>(
  view: TimelineView<E>,
  arrivals: readonly E[],
): TimelineView<E> {
  const added = arrivals.length === 1 ? arrivals : distinctEvents(arrivals);
  const { events, knownFrom, knownTo } = view;
  const last = events.at(-1);
  const allAreLater = last === undefined || (added.length > 0 && compareEvents(last, added[0]!) < 0);
  return { events: allAreLater ? events.concat(added) : mergeDistinct(events, added), knownFrom, knownTo };
}

function mergeDistinct<E extends TimelineEvent>(known: readonly E[], added: readonly E[]): E[] {
  const merged: E[] = [];
  let k = 0;
  let a = 0;
  while (k < known.length && a < added.length) {
    const order = compareEvents(known[k]!, added[a]!);
    if (order < 0) merged.push(known[k++]!);
    else if (order > 0) merged.push(added[a++]!);
    else merged.push(withWinningName(known[k++]!, added[a++]!));
  }
  while (k < known.length) merged.push(known[k++]!);
  while (a < added.length) merged.push(added[a++]!);
  return merged;
}

function withWinningName<E extends TimelineEvent>(known: E, repeat: E): E {
  const stateName = winningName(known.stateName, repeat.stateName);
  return stateName === known.stateName ? known : { ...known, stateName };
}

/** The event in the view that `event` repeats, if any. */
export function findRepeat<E extends TimelineEvent>(
  view: TimelineView<E>,
  event: TimelineEvent,
): E | undefined {
  const position = lowerBound(view.events, event.actionTime);
  for (let i = position; i < view.events.length; i++) {
    const known = view.events[i]!;
    if (known.actionTime !== event.actionTime) return undefined;
    if (isSameEvent(known, event)) return known;
  }
  return undefined;
}
