import type { Anomaly, Interval, OpenState } from './interval.js';
import { distinctEvents, type TimelineEvent } from './status-event.js';
import { compareUtf8 } from './utf8-order.js';

/** Settings that the pairing of a timeline depends on. */
export interface PairingRules {
  /** The next enter ends a state whose exit was lost only if it comes within this many milliseconds. */
  readonly stateMaxAgeMs: number;
}

/** The result of folding a timeline's events. */
export interface TimelineFold {
  /** Ordered by start, then by code. Each distinct enter event is exactly one interval. */
  readonly intervals: Interval[];
  readonly anomalies: Anomaly[];
  /** The timeline's state after its last event, if any. */
  readonly open: OpenState | undefined;
}

/**
 * Pairs the events of one timeline into intervals. A pure function of the *set* of events, so the order, repetition and
 * batching of the arrivals do not affect the result.
 *
 * @param arrivals events of one timeline, in any order, with any repetition.
 */
export function foldTimeline(arrivals: readonly TimelineEvent[], rules: PairingRules): TimelineFold {
  return foldDistinct(distinctEvents(arrivals), rules);
}

/**
 * {@link foldTimeline} for events that are already distinct and ordered, as {@link distinctEvents} returns them.
 *
 * @param from,to fold only the events at these positions (`to` exclusive), starting with nothing open. Events after
 *   `to` still serve to settle contradictions (rule 4). Both must be boundaries between instants.
 */
export function foldDistinct(
  events: readonly TimelineEvent[],
  rules: PairingRules,
  from = 0,
  to = events.length,
): TimelineFold {
  const fold = new Fold(events, rules);
  let start = from;
  while (start < to) {
    const at = events[start]!.actionTime;
    let end = start + 1;
    while (end < to && events[end]!.actionTime === at) end++;
    fold.evolve(at, start, end);
    start = end;
  }
  return fold.result();
}

/** The state of the fold between instants, and the rules for processing an instant. */
class Fold {
  private readonly intervals: Interval[] = [];
  private readonly anomalies: Anomaly[] = [];
  private open: OpenState | undefined;
  private exits: ExitIndex | undefined;

  constructor(
    private readonly events: readonly TimelineEvent[],
    private readonly rules: PairingRules,
  ) {}

  /** Processes the events from `start` (inclusive) to `end` (exclusive), which are all those of the instant `at`. */
  evolve(at: number, start: number, end: number): void {
    const first = this.events[start]!;
    if (end - start === 1) {
      if (first.action === 'enter') this.enterAlone(at, first);
      else this.exitAlone(at, first.stateCode);
      return;
    }
    let firstExit = start;
    while (firstExit < end && this.events[firstExit]!.action === 'enter') firstExit++;
    const entered = this.events.slice(start, firstExit);
    const exited = this.events.slice(firstExit, end).map((event) => event.stateCode);
    this.evolveMany(at, entered, exited);
  }

  result(): TimelineFold {
    const { intervals, anomalies, open } = this;
    if (open !== undefined) intervals.push(withoutEnd(open, 'open'));
    // They usually are in order already, and checking that is cheaper than sorting.
    if (!isOrdered(intervals)) intervals.sort(compareIntervals);
    return { intervals, anomalies, open };
  }

  private enterAlone(at: number, event: TimelineEvent): void {
    if (this.open !== undefined) this.loseExit(at, this.open);
    this.open = { stateCode: event.stateCode, stateName: event.stateName, start: at };
  }

  private exitAlone(at: number, code: string): void {
    if (this.open?.stateCode === code) this.close(this.open, at, 'exit');
    else this.anomalies.push({ kind: 'orphan_exit', at, stateCode: code });
  }

  /** The five rules of pairing, in their order. Both lists are ordered by code and without repeats. */
  private evolveMany(at: number, entered: TimelineEvent[], exited: string[]): void {
    const { open } = this;
    if (open !== undefined && exited.includes(open.stateCode)) {
      this.close(open, at, 'exit');
      exited = exited.filter((code) => code !== open.stateCode);
    }
    if (this.open !== undefined && entered.length > 0) this.loseExit(at, this.open);

    const left = this.recordVisits(at, entered, exited);
    if (left.entered.length === 1) this.enterAlone(at, left.entered[0]!);
    else if (left.entered.length > 1) this.settleContradiction(at, left.entered);
    for (const stateCode of left.exited) this.anomalies.push({ kind: 'orphan_exit', at, stateCode });
  }

  /** Rule 3: a state entered and exited at one instant has no length. @returns what remains of both lists. */
  private recordVisits(at: number, entered: TimelineEvent[], exited: string[]) {
    if (entered.length === 0 || exited.length === 0) return { entered, exited };
    const stays: TimelineEvent[] = [];
    let left = exited;
    for (const event of entered) {
      const { stateCode, stateName } = event;
      if (!left.includes(stateCode)) stays.push(event);
      else {
        left = left.filter((code) => code !== stateCode);
        this.intervals.push({ stateCode, stateName, start: at, end: at, endedBy: 'exit' });
      }
    }
    return { entered: stays, exited: left };
  }

  /** Rule 4: of several states entered at once, the one that is exited first was the real one. */
  private settleContradiction(at: number, entered: TimelineEvent[]): void {
    this.exits ??= new ExitIndex(this.events);
    let winner = entered[0]!;
    let soonest = this.exits.nextAfter(at, winner.stateCode);
    for (const rival of entered.slice(1)) {
      const exit = this.exits.nextAfter(at, rival.stateCode);
      if (exit < soonest || (exit === soonest && compareUtf8(rival.stateCode, winner.stateCode) < 0)) {
        winner = rival;
        soonest = exit;
      }
    }
    for (const { stateCode, stateName } of entered) {
      if (stateCode === winner.stateCode) continue;
      this.intervals.push({ stateCode, stateName, start: at, end: at, endedBy: 'superseded' });
    }
    this.open = { stateCode: winner.stateCode, stateName: winner.stateName, start: at };
    this.anomalies.push({ kind: 'contradicting_enters', at, stateCode: winner.stateCode });
  }

  private close(
    { stateCode, stateName, start }: OpenState,
    end: number,
    endedBy: 'exit' | 'next_enter',
  ): void {
    // Written out field by field: see withoutEnd.
    this.intervals.push({ stateCode, stateName, start, end, endedBy });
    this.open = undefined;
  }

  /** Rule 2: an enter reveals that the open state's exit was lost, and ends that state unless it comes too late. */
  private loseExit(at: number, open: OpenState): void {
    if (at - open.start <= this.rules.stateMaxAgeMs) this.close(open, at, 'next_enter');
    else this.intervals.push(withoutEnd(open, 'unknown'));
    this.open = undefined;
    this.anomalies.push({ kind: 'lost_exit', at, stateCode: open.stateCode });
  }
}

/** Written out field by field, since an object spread makes the whole fold several times slower. */
function withoutEnd({ stateCode, stateName, start }: OpenState, endedBy: 'open' | 'unknown'): Interval {
  return { stateCode, stateName, start, end: null, endedBy };
}

function isOrdered(intervals: readonly Interval[]): boolean {
  for (let i = 1; i < intervals.length; i++) {
    if (compareIntervals(intervals[i - 1]!, intervals[i]!) > 0) return false;
  }
  return true;
}

function compareIntervals(a: Interval, b: Interval): number {
  return a.start - b.start || compareUtf8(a.stateCode, b.stateCode);
}

/** Finds the next exit of a code. Built only for timelines with contradictions. */
class ExitIndex {
  private readonly times = new Map<string, number[]>();

  constructor(events: readonly TimelineEvent[]) {
    for (const event of events) {
      if (event.action !== 'exit') continue;
      const times = this.times.get(event.stateCode);
      if (times === undefined) this.times.set(event.stateCode, [event.actionTime]);
      else times.push(event.actionTime);
    }
  }

  /** The time of the first exit of `code` after `at`, or `Infinity`. */
  nextAfter(at: number, code: string): number {
    const times = this.times.get(code);
    if (times === undefined) return Infinity;
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (times[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return times[low] ?? Infinity;
  }
}
