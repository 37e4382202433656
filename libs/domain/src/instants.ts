import type { TimelineEvent } from './status-event.js';

/** The position of the first event that is not before `time`. */
export function lowerBound(events: readonly TimelineEvent[], time: number): number {
  let low = 0;
  let high = events.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (events[middle]!.actionTime < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The position of the first event of the instant of the event at `position`. */
export function startOfInstant(events: readonly TimelineEvent[], position: number): number {
  const at = events[position]!.actionTime;
  let first = position;
  while (first > 0 && events[first - 1]!.actionTime === at) first--;
  return first;
}

/** The position after the last event of the instant of the event at `position`. */
export function endOfInstant(events: readonly TimelineEvent[], position: number): number {
  const at = events[position]!.actionTime;
  let end = position;
  while (end < events.length && events[end]!.actionTime === at) end++;
  return end;
}
