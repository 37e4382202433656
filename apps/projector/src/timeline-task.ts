import {
  correct,
  EMPTY_VIEW,
  findRepeat,
  isComplete,
  timelineKey,
  winningName,
  withEvents,
  type Correction,
  type PairingRules,
  type TimelineEvent,
  type TimelineId,
  type TimelineView,
} from '#domain';
import type { ReceivedStatusEvent } from '#store';
import type { CachedTimeline } from './timeline-cache.js';

/** A stretch of time, in milliseconds since the Unix epoch; infinite where it has no border. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const EVERYTHING: Stretch = { from: -Infinity, to: Infinity };
const DAY_MS = 86_400_000;
const WIDENING = 8;
/** Beyond this the whole of a timeline is asked for: more than any retention. */
const WIDEST_MS = 512 * DAY_MS;

/** One timeline's share of a batch, on its way from arrivals to a correction. */
export class TimelineTask {
  readonly key: string;
  readonly arrivals: ReceivedStatusEvent[] = [];
  /** The events that were not known, or are known now by another name; set by {@link attempt}. */
  fresh: ReceivedStatusEvent[] = [];
  /** How many of the arrivals only repeat a known event; set by {@link attempt}. */
  repeats = 0;
  /** The view with the arrivals; set with the correction. */
  after: TimelineView<ReceivedStatusEvent> = EMPTY_VIEW;
  correction: Correction | undefined;
  private contradicted = false;
  private lastReset = -Infinity;
  private before: TimelineView<ReceivedStatusEvent> | undefined;
  private margin = DAY_MS;

  constructor(readonly id: TimelineId) {
    this.key = timelineKey(id);
  }

  /** Starts from what is remembered, if all arrivals fall into it. @returns whether they do. */
  startFromCache(cached: CachedTimeline): boolean {
    this.contradicted = cached.contradicted;
    this.lastReset = cached.lastReset;
    this.before = cached.view;
    return this.arrivals.every(({ actionTime }) => actionTime >= cached.view.knownFrom);
  }

  /** Starts without any knowledge of events, which is right for a timeline that the store does not know. */
  startNew(): void {
    this.before = EMPTY_VIEW;
  }

  /**
   * Starts from where the store says the timeline stands.
   *
   * @returns the stretch to look at first: all of a timeline that contradicts itself; from the last reset on if
   *   all arrivals are behind it; else the days around the arrivals. Whole days, so that many timelines can be
   *   loaded in one read.
   */
  startFromHead({ contradicted, lastReset }: { contradicted: boolean; lastReset: number }): Stretch {
    this.contradicted = contradicted;
    this.lastReset = lastReset;
    if (contradicted) return EVERYTHING;
    const { from, to } = this.arrivalTimes();
    if (from > lastReset) return { from: startOfDay(lastReset), to: Infinity };
    return {
      from: startOfDay(from) - DAY_MS,
      to: to < lastReset - DAY_MS ? startOfDay(to) + 2 * DAY_MS : Infinity,
    };
  }

  /** Takes the events of a stretch as all that is known of the timeline. */
  look(events: readonly ReceivedStatusEvent[], { from, to }: Stretch): void {
    this.before = { events, knownFrom: from, knownTo: to };
  }

  /**
   * Classifies the arrivals and looks for the correction in what is known.
   *
   * @returns `true` if that was enough; if not, the stretch that has to be looked at next.
   */
  attempt(rules: PairingRules): true | Stretch {
    const before = this.before!;
    this.fresh = this.takeFresh(before);
    this.after = withEvents(before, this.fresh);
    const changed = [...new Set(this.fresh.map(({ actionTime }) => actionTime))].sort((a, b) => a - b);
    if (changed.length === 0) return true;
    const result = correct(before, this.after, changed, this.contradicted, rules);
    if (result.known) {
      this.correction = result.correction;
      return true;
    }
    return this.widened(before, result.needs);
  }

  /** What to remember of the timeline, unless only an old stretch of it was looked at. */
  toCache(): CachedTimeline | undefined {
    const view = this.after;
    if (view.knownTo !== Infinity) return undefined;
    const known = { contradicted: this.contradicted, lastReset: this.lastReset };
    const { contradicted, lastReset } = this.correction?.head ?? known;
    // Only a complete view can answer for a timeline that contradicts itself.
    return contradicted && !isComplete(view) ? undefined : { view, contradicted, lastReset };
  }

  /** The position of the newest record that this task takes into account. */
  get version(): number {
    return this.arrivals.reduce((newest, { position }) => Math.max(newest, position), 0);
  }

  /**
   * The arrivals that are not repeats: events that are not in the view or are there from this very record of the
   * log (a repeated delivery, after a crash), and repeats that bring a name which counts more.
   */
  private takeFresh(view: TimelineView<ReceivedStatusEvent>): ReceivedStatusEvent[] {
    const fresh = new Map<string, ReceivedStatusEvent>();
    this.repeats = 0;
    for (const arrival of this.arrivals) {
      const identity = eventIdentity(arrival);
      const known = fresh.get(identity) ?? findRepeat(view, arrival);
      if (known === undefined || known.position >= arrival.position) {
        fresh.set(identity, arrival);
        continue;
      }
      this.repeats++;
      if (winningName(arrival.stateName, known.stateName) !== known.stateName) {
        fresh.set(identity, { ...known, stateName: arrival.stateName });
      }
    }
    return [...fresh.values()];
  }

  private widened(before: TimelineView, needs: 'earlier' | 'later' | 'everything'): Stretch {
    this.margin *= WIDENING;
    if (needs === 'everything' || this.margin >= WIDEST_MS) return EVERYTHING;
    const { from, to } = this.arrivalTimes();
    return {
      from: needs === 'earlier' ? startOfDay(from) - this.margin : before.knownFrom,
      to: needs === 'later' ? startOfDay(to) + this.margin : before.knownTo,
    };
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

function startOfDay(time: number): number {
  return time === -Infinity ? time : Math.floor(time / DAY_MS) * DAY_MS;
}

function eventIdentity({ actionTime, action, stateCode }: TimelineEvent): string {
  return `${actionTime} ${action} ${stateCode}`;
}
