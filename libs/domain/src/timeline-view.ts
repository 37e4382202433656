import type { Anomaly, Interval, OpenState } from './interval.js';
import {
  compareEvents,
  distinctEvents,
  isSameEvent,
  winningName,
  type TimelineEvent,
} from './status-event.js';
import { foldDistinct, type PairingRules } from './timeline-fold.js';

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

/** What has to be written so that the projection of a timeline says what its events now say. */
export interface Correction {
  /** The present content of every interval that the change can have touched. */
  readonly intervals: Interval[];
  readonly anomalies: Anomaly[];
  /** Anomalies that the change has explained away. */
  readonly retracted: Anomaly[];
  /** The state of the timeline after its last event; absent if the change cannot have touched that. */
  readonly head?: TimelineHead;
}

/** Where a timeline stands after its last event. */
export interface TimelineHead {
  readonly open: OpenState | undefined;
  /** The last instant after which the state does not depend on anything before it; `-Infinity` if there is none. */
  readonly lastReset: number;
  /**
   * Exits up to this instant may turn the settlement of a contradiction (rule 4) that lies before them, however
   * far: `Infinity` while a rival was never exited since, `-Infinity` if nothing ever contradicted itself.
   */
  readonly unsettledUntil: number;
}

/** Either the correction, or what more of the timeline must be known before it can be told. */
export type CorrectionResult =
  | { readonly known: true; readonly correction: Correction }
  | { readonly known: false; readonly needs: Needs };

/** More of what lies before the view, more of what lies behind it, all that does, or the timeline as a whole. */
export type Needs = 'earlier' | 'later' | 'end' | 'everything';

/**
 * Finds what a change of a timeline changes in its projection, from a view of the change's neighbourhood alone.
 *
 * The state after an instant at which something was entered and none of the entered codes was exited does not
 * depend on the past: such an instant is a *reset*. So a change touches only what lies between the last reset
 * before it and the first reset after it. Contradictions look ahead without bound, to the next exit of each rival:
 * where one is settled anew, all that follows must be known, and a change that may turn an old settlement is
 * corrected from the complete timeline.
 *
 * @param before the view without the change, `after` the view with it; both know the same stretch.
 * @param changed the instants of events that are new or bear another name, ascending.
 * @param unsettledUntil as in the timeline's {@link TimelineHead} before the change.
 */
export function correct(
  before: TimelineView,
  after: TimelineView,
  changed: readonly number[],
  unsettledUntil: number,
  rules: PairingRules,
): CorrectionResult {
  const turning = changed.length > 0 && changed[0]! <= unsettledUntil;
  if (turning && !isComplete(after)) return { known: false, needs: 'everything' };
  const instants = turning ? withTurnedSettlements(before.events, after.events, changed) : changed;
  const correction = { intervals: [] as Interval[], anomalies: [] as Anomaly[], retracted: [] as Anomaly[] };
  let horizon = turning ? settlementHorizon(after.events, 0, after.events.length) : unsettledUntil;
  let touchesEnd = horizon !== unsettledUntil;
  for (let next = 0; next < instants.length;) {
    const range = neighbourhood(after, instants, next);
    if (!range.known) return range;
    next = range.next;
    const rangeHorizon = settlementHorizon(after.events, range.from, range.to);
    if (rangeHorizon !== -Infinity && after.knownTo !== Infinity) return { known: false, needs: 'end' };
    horizon = Math.max(horizon, rangeHorizon);
    touchesEnd ||= range.toEnd || horizon !== unsettledUntil;
    collect(correction, before, after, range, rules);
  }
  if (!touchesEnd) return { known: true, correction };
  const { intervals, anomalies, retracted } = correction;
  const head = headOf(after.events, horizon, rules);
  return { known: true, correction: { intervals, anomalies, retracted, head } };
}

interface Range {
  readonly known: true;
  readonly from: number;
  readonly to: number;
  /** Whether nothing precedes the range, so that its first instant is told rightly too. */
  readonly fromStart: boolean;
  readonly toEnd: boolean;
  readonly firstChange: number;
  /** The position of the first changed instant behind the range. */
  readonly next: number;
}

/** The smallest range between resets that holds the changed instant at `index`, and all that fall into it. */
function neighbourhood(
  view: TimelineView,
  instants: readonly number[],
  index: number,
): Range | { known: false; needs: 'earlier' | 'later' } {
  const { events } = view;
  const firstChange = instants[index]!;
  const from = resetBefore(events, lowerBound(events, firstChange));
  if (from < 0 && view.knownFrom !== -Infinity) return { known: false, needs: 'earlier' };
  let next = index;
  let to = events.length;
  let toEnd = true;
  while (next < instants.length) {
    const end = endOfResetAfter(events, instants[next]!);
    next++;
    to = end < 0 ? events.length : end;
    toEnd = end < 0;
    if (!toEnd && (next === instants.length || instants[next]! > events[to - 1]!.actionTime)) break;
  }
  if (toEnd && view.knownTo !== Infinity) return { known: false, needs: 'later' };
  return { known: true, from: Math.max(from, 0), to, fromStart: from < 0, toEnd, firstChange, next };
}

function collect(
  into: { intervals: Interval[]; anomalies: Anomaly[]; retracted: Anomaly[] },
  before: TimelineView,
  after: TimelineView,
  range: Range,
  rules: PairingRules,
): void {
  const fold = foldDistinct(after.events, rules, range.from, range.to);
  const end = range.toEnd ? Infinity : after.events[range.to - 1]!.actionTime;
  for (const interval of fold.intervals) if (interval.start < end) into.intervals.push(interval);
  const touched = (anomaly: Anomaly) => anomaly.at >= range.firstChange && anomaly.at <= end;
  const anomalies = fold.anomalies.filter(touched);
  into.anomalies.push(...anomalies);

  const last = before.events.at(-1);
  if (last === undefined || last.actionTime < range.firstChange) return;
  const from = lowerBound(before.events, after.events[range.from]!.actionTime);
  const to = range.toEnd ? before.events.length : lowerBound(before.events, end + 1);
  for (const old of foldDistinct(before.events, rules, from, to).anomalies) {
    if (touched(old) && !anomalies.some((anomaly) => isSameAnomaly(anomaly, old))) into.retracted.push(old);
  }
}

function isSameAnomaly(a: Anomaly, b: Anomaly): boolean {
  return a.at === b.at && a.kind === b.kind && a.stateCode === b.stateCode;
}

/**
 * The changed instants, and besides them those at which several states were entered and one of these now has
 * another next exit: the settlement of such an instant may have turned, however long ago it was.
 */
function withTurnedSettlements(
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
    for (; b >= 0 && before[b]!.actionTime > at; b--) noteExit(exitsBefore, before[b]!);
    const entered = enteredAt(after, first);
    const turned = (event: TimelineEvent) =>
      exitsBefore.get(event.stateCode) !== exitsAfter.get(event.stateCode);
    if (entered.length > 1 && entered.some(turned)) instants.add(at);
    for (let i = position - 1; i >= first; i--) noteExit(exitsAfter, after[i]!);
    position = first;
  }
  return [...instants].sort((x, y) => x - y);
}

function noteExit(exits: Map<string, number>, event: TimelineEvent): void {
  if (event.action === 'exit') exits.set(event.stateCode, event.actionTime);
}

/**
 * The latest instant up to which an exit may decide between rivals that were entered together in the range: the
 * last of their next exits, `Infinity` if one has none; `-Infinity` without rivals.
 */
function settlementHorizon(events: readonly TimelineEvent[], from: number, to: number): number {
  const rivals = rivalEnters(events, from, to);
  if (rivals.length === 0) return -Infinity;
  const exits = new Map<string, number>();
  let horizon = -Infinity;
  let i = events.length - 1;
  for (const { actionTime, stateCode } of rivals.reverse()) {
    for (; i >= 0 && events[i]!.actionTime > actionTime; i--) noteExit(exits, events[i]!);
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

/** What is open at the end follows from the last reset on. */
function headOf(events: readonly TimelineEvent[], unsettledUntil: number, rules: PairingRules): TimelineHead {
  const position = resetBefore(events, events.length);
  const { open } = foldDistinct(events, rules, Math.max(position, 0));
  const lastReset = position < 0 ? -Infinity : events[position]!.actionTime;
  return { open, lastReset, unsettledUntil };
}

/** The position of the first event of the last reset among the events before `position`, or -1. */
function resetBefore(events: readonly TimelineEvent[], position: number): number {
  let end = position;
  while (end > 0) {
    const first = startOfInstant(events, end - 1);
    if (isReset(events, first)) return first;
    end = first;
  }
  return -1;
}

/** The position behind the last event of the first reset after the instant `at`, or -1. */
function endOfResetAfter(events: readonly TimelineEvent[], at: number): number {
  let first = lowerBound(events, at + 1);
  while (first < events.length) {
    const end = endOfInstant(events, first);
    if (isReset(events, first)) return end;
    first = end;
  }
  return -1;
}

/** Whether something is entered at the instant that begins at `first`, and nothing of it is exited there. */
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

function enteredAt(events: readonly TimelineEvent[], first: number): readonly TimelineEvent[] {
  const at = events[first]!.actionTime;
  let end = first;
  while (end < events.length && events[end]!.actionTime === at && events[end]!.action === 'enter') end++;
  return events.slice(first, end);
}

function startOfInstant(events: readonly TimelineEvent[], position: number): number {
  const at = events[position]!.actionTime;
  let first = position;
  while (first > 0 && events[first - 1]!.actionTime === at) first--;
  return first;
}

function endOfInstant(events: readonly TimelineEvent[], position: number): number {
  const at = events[position]!.actionTime;
  let end = position;
  while (end < events.length && events[end]!.actionTime === at) end++;
  return end;
}
