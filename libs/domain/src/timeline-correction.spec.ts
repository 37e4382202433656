import fc from 'fast-check';
import type { Anomaly, Interval } from './interval.js';
import { distinctEvents, type TimelineEvent } from './status-event.js';
import { foldTimeline } from './timeline-fold.js';
import { correct, type TimelineHead } from './timeline-correction.js';
import { EMPTY_VIEW, withEvents, type TimelineView } from './timeline-view.js';
import { anyTimeline, propertySeed } from './timeline.arbitrary.js';

const rules = { stateMaxAgeMs: 9_000 };

/** A projection as a store would keep it, corrected from views that are no larger than requested. */
class NaiveProjection {
  readonly intervals = new Map<string, Interval>();
  readonly anomalies = new Map<string, Anomaly>();
  head: TimelineHead | undefined;
  private arrived: TimelineEvent[] = [];

  apply(batch: readonly TimelineEvent[], margin: number): void {
    const all = distinctEvents([...this.arrived, ...batch]);
    const changed = [...new Set(batch.map((event) => event.actionTime))].sort((a, b) => a - b);
    let from = changed[0]! - margin;
    let to = changed.at(-1)! + margin;
    for (;;) {
      const before = this.view(distinctEvents(this.arrived), from, to);
      const after = this.view(all, from, to);
      const result = correct(before, after, changed, this.head?.unsettledUntil ?? -Infinity, rules);
      if (result.known) {
        this.write(result.correction);
        break;
      }
      if (result.needs === 'everything') from = -Infinity;
      if (result.needs === 'everything' || result.needs === 'end') to = Infinity;
      if (result.needs === 'earlier') from = from < -30_000 ? -Infinity : from - 3_000;
      if (result.needs === 'later') to = to > 60_000 ? Infinity : to + 3_000;
    }
    this.arrived = all;
  }

  private view(events: TimelineEvent[], knownFrom: number, knownTo: number): TimelineView {
    return {
      events: events.filter(({ actionTime }) => actionTime >= knownFrom && actionTime <= knownTo),
      knownFrom,
      knownTo,
    };
  }

  private write(correction: {
    intervals: Interval[];
    anomalies: Anomaly[];
    retracted: Anomaly[];
    head?: TimelineHead;
  }): void {
    for (const interval of correction.intervals)
      this.intervals.set(`${interval.start} ${interval.stateCode}`, interval);
    for (const { at, kind, stateCode } of correction.retracted)
      this.anomalies.delete(`${at} ${kind} ${stateCode}`);
    for (const anomaly of correction.anomalies)
      this.anomalies.set(`${anomaly.at} ${anomaly.kind} ${anomaly.stateCode}`, anomaly);
    if (correction.head) this.head = correction.head;
  }
}

const bySortedJson = (values: Iterable<unknown>) => [...values].map((value) => JSON.stringify(value)).sort();

describe(`the correction of a projection (seed ${propertySeed})`, () => {
  it('keeps it equal to the fold while it sees neighbourhoods only', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(anyTimeline, fc.constantFrom(0, 1_000, 5_000, Infinity)), { maxLength: 8 }),
        (batches) => {
          const projection = new NaiveProjection();
          const arrived: TimelineEvent[] = [];
          for (const [batch, margin] of batches) {
            if (batch.length === 0) continue;
            projection.apply(batch, margin);
            arrived.push(...batch);
            const fold = foldTimeline(arrived, rules);
            expect(bySortedJson(projection.intervals.values())).toEqual(bySortedJson(fold.intervals));
            expect(bySortedJson(projection.anomalies.values())).toEqual(bySortedJson(fold.anomalies));
            expect(projection.head?.open).toEqual(fold.open);
          }
        },
      ),
      { seed: propertySeed, numRuns: 3_000 },
    );
  });

  it('needs nothing before the last reset if events arrive in order', () => {
    const enter = (stateCode: string, actionTime: number): TimelineEvent => ({
      stateCode,
      stateName: stateCode,
      actionTime,
      action: 'enter',
    });
    const before: TimelineView = { events: [enter('Work', 5_000)], knownFrom: 5_000, knownTo: Infinity };
    const result = correct(before, withEvents(before, [enter('Break', 6_000)]), [6_000], -Infinity, rules);
    expect(result).toMatchObject({ known: true, correction: { head: { lastReset: 6_000 } } });
    expect(correct(EMPTY_VIEW, EMPTY_VIEW, [], -Infinity, rules)).toMatchObject({ known: true });
  });
});
