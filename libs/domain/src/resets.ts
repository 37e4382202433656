import { endOfInstant, lowerBound, startOfInstant } from './instants.js';
import type { TimelineEvent } from './status-event.js';

/*
 * A reset is an instant at which something is entered and nothing of it is exited. The state after it does not depend
 * on the past.
 */

/** The position of the first event of the last reset among the events before `position`, or -1. */
export function resetBefore(events: readonly TimelineEvent[], position: number): number {
  let end = position;
  while (end > 0) {
    const first = startOfInstant(events, end - 1);
    if (isReset(events, first)) return first;
    end = first;
  }
  return -1;
}

/** The position after the last event of the first reset after the instant `at`, or -1. */
export function endOfResetAfter(events: readonly TimelineEvent[], at: number): number {
  let first = lowerBound(events, at + 1);
  while (first < events.length) {
    const end = endOfInstant(events, first);
    if (isReset(events, first)) return end;
    first = end;
  }
  return -1;
}

/** Whether the instant that starts at position `first` is a reset. */
function isReset(events: readonly TimelineEvent[], first: number): boolean {
  const { actionTime } = events[first]!;
  let firstExit = first;
  for (let i = first; i < events.length && events[i]!.actionTime === actionTime; i++) {
    const { action, stateCode } = events[i]!;
    if (action === 'enter') firstExit = i + 1;
    else for (let k = first; k < firstExit; k++) if (events[k]!.stateCode === stateCode) return false;
  }
  return firstExit > first;
}
