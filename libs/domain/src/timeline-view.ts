import {
  compareEvents,
  distinctEvents,
  isSameEvent,
  winningName,
  type TimelineEvent,
} from './status-event.js';
import { lowerBound } from './instants.js';

/**
 * A stretch of a timeline about which everything is known: all events with
 * `knownFrom ≤ actionTime ≤ knownTo`, distinct and ordered as {@link distinctEvents} gives them.
 */
export interface TimelineView<E extends TimelineEvent = TimelineEvent> {
  readonly events: readonly E[];
  /** `-Infinity` when the view begins with the timeline. */
  readonly knownFrom: number;
  /** `Infinity` when the view ends with the timeline. */
  readonly knownTo: number;
}

/** The view of a timeline of which no event is known to exist. */
export const EMPTY_VIEW: TimelineView<never> = { events: [], knownFrom: -Infinity, knownTo: Infinity };

/** Whether the view holds the timeline from its first event to its last. */
export function isComplete(view: TimelineView): boolean {
  return view.knownFrom === -Infinity && view.knownTo === Infinity;
}

/** The view after more events have arrived inside it; `view` itself stays as it was. */
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
    else merged.push(bearingWinningName(known[k++]!, added[a++]!));
  }
  while (k < known.length) merged.push(known[k++]!);
  while (a < added.length) merged.push(added[a++]!);
  return merged;
}

function bearingWinningName<E extends TimelineEvent>(known: E, repeat: E): E {
  const stateName = winningName(known.stateName, repeat.stateName);
  return stateName === known.stateName ? known : { ...known, stateName };
}

/** The event of the view that `event` is a repeat of, if there is one. */
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
