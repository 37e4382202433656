import { startOfInstant } from './instants.js';
import type { TimelineEvent } from './status-event.js';

/**
 * The changed instants, and those at which several states were entered of which one now has another next exit: the
 * settlement of such an instant may have changed, however long ago it was.
 */
export function withTurnedSettlements(
  before: readonly TimelineEvent[],
  after: readonly TimelineEvent[],
  changed: readonly number[],
): number[] {
  const instants = new Set(changed);
  const exitsBefore = new Map<string, number>();
  const exitsAfter = new Map<string, number>();
  let b = before.length - 1;
  let position = after.length;
  while (position > 0) {
    const at = after[position - 1]!.actionTime;
    const first = startOfInstant(after, position - 1);
    for (; b >= 0 && before[b]!.actionTime > at; b--) recordExit(exitsBefore, before[b]!);
    const entered = enteredAt(after, first);
    const turned = (event: TimelineEvent) =>
      exitsBefore.get(event.stateCode) !== exitsAfter.get(event.stateCode);
    if (entered.length > 1 && entered.some(turned)) instants.add(at);
    for (let i = position - 1; i >= first; i--) recordExit(exitsAfter, after[i]!);
    position = first;
  }
  return [...instants].sort((x, y) => x - y);
}

function recordExit(exits: Map<string, number>, event: TimelineEvent): void {
  if (event.action === 'exit') exits.set(event.stateCode, event.actionTime);
}

/**
 * The latest instant up to which an exit may decide between rivals that were entered together in the range: the last of
 * their next exits, or `Infinity` if one has none; `-Infinity` without rivals.
 */
export function settlementHorizon(events: readonly TimelineEvent[], from: number, to: number): number {
  const rivals = rivalEnters(events, from, to);
  if (rivals.length === 0) return -Infinity;
  const exits = new Map<string, number>();
  let horizon = -Infinity;
  let i = events.length - 1;
  for (const { actionTime, stateCode } of rivals.reverse()) {
    for (; i >= 0 && events[i]!.actionTime > actionTime; i--) recordExit(exits, events[i]!);
    horizon = Math.max(horizon, exits.get(stateCode) ?? Infinity);
  }
  return horizon;
}

/** The enters of the range that share their instant with another. */
function rivalEnters(events: readonly TimelineEvent[], from: number, to: number): TimelineEvent[] {
  const isEnterAt = (i: number, at: number) =>
    i >= from && i < to && events[i]!.action === 'enter' && events[i]!.actionTime === at;
  const rivals: TimelineEvent[] = [];
  for (let i = from; i < to; i++) {
    const event = events[i]!;
    if (event.action !== 'enter') continue;
    if (isEnterAt(i - 1, event.actionTime) || isEnterAt(i + 1, event.actionTime)) rivals.push(event);
  }
  return rivals;
}

function enteredAt(events: readonly TimelineEvent[], first: number): readonly TimelineEvent[] {
  const at = events[first]!.actionTime;
  let end = first;
  while (end < events.length && events[end]!.actionTime === at && events[end]!.action === 'enter') end++;
  return events.slice(first, end);
}
