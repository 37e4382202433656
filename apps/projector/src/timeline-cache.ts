import { lowerBound, type TimelineView } from '#domain';
import type { ReceivedStatusEvent } from '#store';

/** What a projector remembers of a timeline: its newest stretch, up to its end. */
export interface CachedTimeline {
  readonly view: TimelineView<ReceivedStatusEvent>;
  /** As in the timeline's head. */
  readonly lastReset: number;
  readonly unsettledUntil: number;
}

/** Events that a cached timeline keeps behind its last reset, so that slightly late ones find their place. */
export const KEPT_EVENTS = 32;

/** The most recently used timelines, bounded by the number of events that they hold together. */
export class TimelineCache {
  private readonly timelines = new Map<string, CachedTimeline>();
  private held = 0;
  /** Whether a timeline was ever dropped to make room. */
  evicted = false;

  constructor(private readonly maxEvents: number) {}

  get events(): number {
    return this.held;
  }

  get(key: string): CachedTimeline | undefined {
    return this.timelines.get(key);
  }

  set(key: string, timeline: CachedTimeline): void {
    this.remove(key);
    const trimmed = trim(timeline);
    this.timelines.set(key, trimmed);
    this.held += weight(trimmed);
    for (const oldest of this.timelines.keys()) {
      if (this.held <= this.maxEvents) break;
      this.remove(oldest);
      this.evicted = true;
    }
  }

  clear(): void {
    this.timelines.clear();
    this.held = 0;
    this.evicted = true;
  }

  private remove(key: string): void {
    const timeline = this.timelines.get(key);
    if (timeline === undefined) return;
    this.timelines.delete(key);
    this.held -= weight(timeline);
  }
}

/** An empty timeline takes memory too. */
function weight({ view }: CachedTimeline): number {
  return view.events.length + 1;
}

/**
 * Cuts off what is older than both the last events and the last reset, at a border between instants. Nothing is cut
 * off while a contradiction waits for an exit: the next event may ask for the timeline as a whole.
 */
function trim(timeline: CachedTimeline): CachedTimeline {
  const { view, lastReset, unsettledUntil } = timeline;
  if (view.events.length <= 2 * KEPT_EVENTS || lastReset === -Infinity || unsettledUntil === Infinity) {
    return timeline;
  }
  const oldestKept = view.events[view.events.length - KEPT_EVENTS]!.actionTime;
  const knownFrom = Math.min(oldestKept, lastReset);
  const events = view.events.slice(lowerBound(view.events, knownFrom));
  return { ...timeline, view: { ...view, events, knownFrom } };
}
