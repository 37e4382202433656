import {
  DAY_MS,
  correct,
  EMPTY_VIEW,
  findRepeat,
  timelineKey,
  winningName,
  withEvents,
  type Anomaly,
  type Correction,
  type Interval,
  type Needs,
  type PairingRules,
  type TimelineHead,
  type TimelineId,
  type TimelineView,
} from '#domain';
import type { ReceivedStatusEvent } from '#store';
import type { CachedTimeline } from './timeline-cache.js';

/** A stretch of time in milliseconds since the Unix epoch, infinite where it is open. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const EVERYTHING: Stretch = { from: -Infinity, to: Infinity };
const WIDENING = 8;
/** More than any usual retention: beyond this, the whole timeline is read. */
const WIDEST_MS = 512 * DAY_MS;

type Standing = Pick<TimelineHead, 'lastReset' | 'unsettledUntil'>;

/** The standing of a timeline without events. */
const NEW: Standing = { lastReset: -Infinity, unsettledUntil: -Infinity };

/** What to write for a timeline: the latest row of each identity, with the position of the record that led to it. */
export class TimelineRows {
  readonly intervals = new Map<string, { interval: Interval; version: number }>();
  readonly anomalies = new Map<string, { anomaly: Anomaly; deleted: boolean; version: number }>();
  head: { head: TimelineHead; version: number } | undefined;
  readonly events: ReceivedStatusEvent[] = [];

  take({ intervals, anomalies, retracted, head }: Correction, version: number): void {
    for (const interval of intervals) {
      this.intervals.set(`${interval.start} ${interval.stateCode}`, { interval, version });
    }
    for (const anomaly of anomalies) {
      this.anomalies.set(anomalyIdentity(anomaly), { anomaly, deleted: false, version });
    }
    for (const anomaly of retracted) {
      this.anomalies.set(anomalyIdentity(anomaly), { anomaly, deleted: true, version });
    }
    if (head !== undefined) this.head = { head, version };
  }
}

function anomalyIdentity({ at, kind, stateCode }: Anomaly): string {
  return `${at} ${kind} ${stateCode}`;
}

/**
 * One timeline's share of a batch, on its way from arrivals to rows.
 *
 * The arrivals are taken one by one in the order of the log, so that what is written for a version does not depend on where
 * batches begin and end: a row written by an interrupted or competing projector either equals ours or has a lower version.
 */
export class TimelineTask {
  readonly key: string;
  readonly arrivals: ReceivedStatusEvent[] = [];
  /** Set by {@link attempt}. */
  rows = new TimelineRows();
  /** The positions of the arrivals that only repeat a known event; set by {@link attempt}. */
  repeats: readonly number[] = [];
  private standing = NEW;
  private start: TimelineView<ReceivedStatusEvent> = EMPTY_VIEW;
  private cached: CachedTimeline | undefined;
  private margin = DAY_MS;

  constructor(readonly id: TimelineId) {
    this.key = timelineKey(id);
  }

  /** Starts from the cache if it covers all arrivals. @returns whether it does. */
  startFromCache({ view, ...standing }: CachedTimeline): boolean {
    this.standing = standing;
    this.start = view;
    return this.arrivals.every(({ actionTime }) => actionTime >= view.knownFrom);
  }

  /**
   * Starts from the timeline's head in the store.
   *
   * @returns the stretch to read first: from the last reset on if all arrivals come after it, else the days around the
   *   arrivals. Whole days, so that many timelines can be loaded in one read.
   */
  startFromHead({ lastReset, unsettledUntil }: Standing): Stretch {
    this.standing = { lastReset, unsettledUntil };
    const { from, to } = this.arrivalTimes();
    if (from <= unsettledUntil) return EVERYTHING;
    if (from > lastReset) return { from: startOfDay(lastReset), to: Infinity };
    return {
      from: startOfDay(from) - DAY_MS,
      to: to < lastReset - DAY_MS ? startOfDay(to) + 2 * DAY_MS : Infinity,
    };
  }

  /** Takes the events of a stretch for all that is known of the timeline. */
  look(events: readonly ReceivedStatusEvent[], { from, to }: Stretch): void {
    this.start = { events, knownFrom: from, knownTo: to };
  }

  /**
   * Adds the arrivals, one by one, to what is known.
   *
   * @returns `true` if that was enough to find what they change; if not, the stretch to read next.
   */
  attempt(rules: PairingRules): true | Stretch {
    const rows = new TimelineRows();
    let view = this.start;
    let standing = this.standing;
    const repeats: number[] = [];
    for (const arrival of this.arrivals) {
      const known = findRepeat(view, arrival);
      if (known !== undefined && known.position < arrival.position) repeats.push(arrival.position);
      const event = known === undefined ? arrival : renewed(known, arrival);
      if (event === undefined) continue;
      const after = withEvents(view, [event]);
      const result = correct(view, after, [event.actionTime], standing.unsettledUntil, rules);
      if (!result.known) return this.widened(result.needs);
      rows.take(result.correction, arrival.position);
      rows.events.push(event);
      view = after;
      standing = result.correction.head ?? standing;
    }
    this.rows = rows;
    this.repeats = repeats;
    const { lastReset, unsettledUntil } = standing;
    this.cached = view.knownTo === Infinity ? { view, lastReset, unsettledUntil } : undefined;
    return true;
  }

  /** What to remember of the timeline; `undefined` if only an old stretch of it was read. */
  toCache(): CachedTimeline | undefined {
    return this.cached;
  }

  private widened(needs: Needs): Stretch {
    const { knownFrom, knownTo } = this.start;
    if (needs === 'end') return { from: knownFrom, to: Infinity };
    this.margin *= WIDENING;
    if (needs === 'everything' || this.margin >= WIDEST_MS) return EVERYTHING;
    const { from, to } = this.arrivalTimes();
    return needs === 'earlier'
      ? { from: startOfDay(from) - this.margin, to: knownTo }
      : { from: knownFrom, to: startOfDay(to) + this.margin };
  }

  private arrivalTimes(): Stretch {
    let from = Infinity;
    let to = -Infinity;
    for (const { actionTime } of this.arrivals) {
      if (actionTime < from) from = actionTime;
      if (actionTime > to) to = actionTime;
    }
    return { from, to };
  }
}

/**
 * What another report of a known event makes of it: nothing new, unless its name takes precedence. That also holds for a
 * repeated delivery of the same record, since events are written after everything that they change.
 */
function renewed(known: ReceivedStatusEvent, report: ReceivedStatusEvent): ReceivedStatusEvent | undefined {
  const stateName = winningName(report.stateName, known.stateName);
  return stateName === known.stateName ? undefined : { ...known, stateName };
}

function startOfDay(time: number): number {
  return time === -Infinity ? time : Math.floor(time / DAY_MS) * DAY_MS;
}
