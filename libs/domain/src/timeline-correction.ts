import { lowerBound } from './instants.js';
import type { Anomaly, Interval, OpenState } from './interval.js';
import { endOfResetAfter, resetBefore } from './resets.js';
import { settlementHorizon, withTurnedSettlements } from './settlements.js';
import type { TimelineEvent } from './status-event.js';
import { foldDistinct, type PairingRules } from './timeline-fold.js';
import { isComplete, type TimelineView } from './timeline-view.js';

/** What must be written to bring the projection of a timeline up to date with its events. */
export interface Correction {
  /** The current content of every interval that the change may have affected. */
  readonly intervals: Interval[];
  readonly anomalies: Anomaly[];
  /** Anomalies that no longer exist after the change. */
  readonly retracted: Anomaly[];
  /** The timeline's state after its last event; absent if the change cannot have affected it. */
  readonly head?: TimelineHead;
}

/** Where a timeline stands after its last event. */
export interface TimelineHead {
  readonly open: OpenState | undefined;
  /** The last instant after which the state does not depend on anything earlier; `-Infinity` without one. */
  readonly lastReset: number;
  /**
   * Exits up to this instant may change the settlement of an earlier contradiction (rule 4), however long ago.
   * `Infinity` while a rival has not been exited since, `-Infinity` if there never was a contradiction.
   */
  readonly unsettledUntil: number;
}

/** Either the correction, or which further part of the timeline is needed to find it. */
export type CorrectionResult =
  | { readonly known: true; readonly correction: Correction }
  | { readonly known: false; readonly needs: Needs };

/** More of what precedes the view, more of what follows it, everything that follows it, or the whole timeline. */
export type Needs = 'earlier' | 'later' | 'end' | 'everything';

/**
 * Finds how a change of a timeline affects its projection, from a view of the neighbourhood of the change.
 *
 * The state after an instant at which something is entered and none of the entered codes is exited does not depend on
 * the past. Such an instant is a *reset*. So a change affects only what lies between the last reset before it and the
 * first reset after it. Contradictions look ahead without limit, to the next exit of each rival: settling one requires
 * everything that follows, and a change that may affect an old settlement requires the complete timeline.
 *
 * @param before the view without the change. @param after the view with it, of the same stretch.
 * @param changed the instants of events that are new or have a new name, ascending.
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
  /** Whether nothing precedes the range, so that its first instant is right, too. */
  readonly fromStart: boolean;
  readonly toEnd: boolean;
  readonly firstChange: number;
  /** The index of the first changed instant after the range. */
  readonly next: number;
}

/** The smallest range between resets that contains the changed instant at `index`, with all others inside it. */
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

/** Folds from the last reset on, which is enough to know the open state. */
function headOf(events: readonly TimelineEvent[], unsettledUntil: number, rules: PairingRules): TimelineHead {
  const position = resetBefore(events, events.length);
  const { open } = foldDistinct(events, rules, Math.max(position, 0));
  const lastReset = position < 0 ? -Infinity : events[position]!.actionTime;
  return { open, lastReset, unsettledUntil };
}
