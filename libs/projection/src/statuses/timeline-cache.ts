import { lowerBound, type TimelineView } from '#domain';
import type { ReceivedStatusEvent } from '#store';
import { WeightedCache } from '../memory/weighted-cache.js';

/** What a projector remembers of a timeline: its newest part, up to its end. */
export interface CachedTimeline {
  readonly view: TimelineView<ReceivedStatusEvent>;
  /** As in the timeline's head. */
  readonly lastReset: number;
  readonly unsettledUntil: number;
}

/** Events that a cached timeline keeps from before its last reset, so that slightly late ones fit in. */
export const KEPT_EVENTS = 32;

/** The most recently used timelines, bounded by their total number of events. */
export class TimelineCache extends WeightedCache<CachedTimeline> {
  /** @param keptEvents how many events a timeline keeps from before its last reset. */
  constructor(
    maxEvents: number,
    private readonly keptEvents = KEPT_EVENTS,
  ) {
    super(maxEvents, weight);
  }

  override set(key: string, timeline: CachedTimeline): void {
    super.set(key, trim(timeline, this.keptEvents));
  }
}

/** An empty timeline takes memory too. */
function weight({ view }: CachedTimeline): number {
  return view.events.length + 1;
}

/**
 * Cuts off what is older than both the last events and the last reset, between two instants. Nothing is cut off while a
 * contradiction waits for an exit: the next event may need the whole timeline.
 */
function trim(timeline: CachedTimeline, keptEvents: number): CachedTimeline {
  const { view, lastReset, unsettledUntil } = timeline;
  if (view.events.length <= 2 * keptEvents || lastReset === -Infinity || unsettledUntil === Infinity) {
    return timeline;
  }
  const oldestKept = view.events[view.events.length - keptEvents]!.actionTime;
  const knownFrom = Math.min(oldestKept, lastReset);
  const events = view.events.slice(lowerBound(view.events, knownFrom));
  return { ...timeline, view: { ...view, events, knownFrom } };
}
