import fc from 'fast-check';
import { pairByBruteForce } from '../../oracle/src/brute-force-pairing.js';
import type { Interval } from './interval.js';
import { foldTimeline } from './timeline-fold.js';
import type { StatusAction, TimelineEvent } from './status-event.js';
import { anyTimeline, propertySeed } from './timeline.arbitrary.js';

const rules = { stateMaxAgeMs: 9_000 };
const check = <T>(property: fc.IProperty<T>) => fc.assert(property, { seed: propertySeed, numRuns: 5_000 });

/** Events as `enter Work 5`, at seconds. */
const given = (...facts: string[]): TimelineEvent[] =>
  facts.map((fact) => {
    const [action, stateCode, second] = fact.split(' ') as [StatusAction, string, string];
    return { action, stateCode, stateName: `name of ${stateCode}`, actionTime: Number(second) * 1000 };
  });
const summaryOf = ({ intervals }: { intervals: readonly Interval[] }) =>
  intervals.map(
    ({ stateCode, start, end, endedBy }) =>
      `${stateCode} ${start / 1000}-${end === null ? '' : end / 1000} ${endedBy}`,
  );
const reported = (events: TimelineEvent[]) =>
  foldTimeline(events, rules).anomalies.map(({ kind, at, stateCode }) => `${kind} ${stateCode} ${at / 1000}`);

describe('the rules of pairing', () => {
  it.each([
    ['1: its own exit closes a state', ['enter Work 1', 'exit Work 5'], ['Work 1-5 exit'], []],
    [
      '1: leaving one state and entering another in one second yields two intervals',
      ['enter Work 1', 'exit Work 5', 'enter Break 5', 'exit Break 7'],
      ['Work 1-5 exit', 'Break 5-7 exit'],
      [],
    ],
    [
      '1: a state that is left and entered again in one second continues as another interval',
      ['enter Work 1', 'exit Work 5', 'enter Work 5'],
      ['Work 1-5 exit', 'Work 5- open'],
      [],
    ],
    [
      '2: the next enter ends a state whose exit was lost',
      ['enter Work 1', 'enter Break 10'],
      ['Work 1-10 next_enter', 'Break 10- open'],
      ['lost_exit Work 10'],
    ],
    [
      '2: the next enter does not end it after the maximum age',
      ['enter Work 1', 'enter Break 11'],
      ['Work 1- unknown', 'Break 11- open'],
      ['lost_exit Work 11'],
    ],
    ['2: an exit closes a state of any age', ['enter Work 1', 'exit Work 9000'], ['Work 1-9000 exit'], []],
    [
      '3: a state that is entered and left in one second has no length',
      ['enter Break 5', 'exit Break 5'],
      ['Break 5-5 exit'],
      [],
    ],
    [
      '4: of states entered together, the one that is left first wins',
      ['enter Work 1', 'enter Break 1', 'exit Work 9', 'exit Break 4'],
      ['Break 1-4 exit', 'Work 1-1 superseded'],
      ['contradicting_enters Break 1', 'orphan_exit Work 9'],
    ],
    [
      '4: without exits, the smallest by UTF-8 bytes wins',
      ['enter \u{1f600} 1', 'enter \uff5e 1'],
      ['\uff5e 1- open', '\u{1f600} 1-1 superseded'],
      ['contradicting_enters \uff5e 1'],
    ],
    ['5: an exit without an enter yields no interval', ['exit Work 3'], [], ['orphan_exit Work 3']],
  ])('%s', (_rule, facts, intervals, anomalies) => {
    expect(summaryOf(foldTimeline(given(...facts), rules))).toEqual(intervals);
    expect(reported(given(...facts))).toEqual(anomalies);
  });

  it('choose the greatest name, by UTF-8 bytes, among the repeats of an enter', () => {
    const named = (stateName: string) => ({ ...given('enter Work 1')[0]!, stateName });
    const { intervals } = foldTimeline([named('\uff5e'), named('\u{1f600}'), named('z')], rules);
    expect(intervals).toMatchObject([{ stateName: '\u{1f600}' }]);
  });
});

describe(`the fold of any timeline (seed ${propertySeed})`, () => {
  it('is the same for every order, repetition and batching of the arrivals', () => {
    const anyArrival = anyTimeline.chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray(events, { minLength: events.length }),
        fc.subarray(events),
        fc.nat({ max: 30 }),
      ),
    );
    check(
      fc.property(anyArrival, ([events, shuffled, repeats, border]) => {
        const batches = [shuffled.slice(border), repeats, shuffled.slice(0, border)];
        expect(foldTimeline(batches.flat(), rules)).toEqual(foldTimeline(events, rules));
      }),
    );
  });

  it('equals the oracle', () => {
    check(
      fc.property(anyTimeline, (events) => {
        const { intervals, anomalies } = foldTimeline(events, rules);
        const expected = pairByBruteForce(events, rules);
        const asSet = (rows: readonly object[]) =>
          rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort();
        expect(asSet(intervals)).toEqual(asSet(expected.intervals));
        expect(asSet(anomalies)).toEqual(asSet(expected.anomalies));
      }),
    );
  });

  it('has no overlaps and no negative lengths, and every end is an event', () => {
    check(
      fc.property(anyTimeline, (events) => {
        const { intervals } = foldTimeline(events, rules);
        const times = new Set(events.map(({ actionTime }) => actionTime));
        let endOfLast = -Infinity;
        for (const { start, end } of intervals) {
          expect(times).toContain(start);
          if (end === null) continue;
          expect(times).toContain(end);
          expect(end).toBeGreaterThanOrEqual(start);
        }
        for (const { start, end } of intervals.filter((i) => i.end === null || i.end > i.start)) {
          expect(start).toBeGreaterThanOrEqual(endOfLast);
          endOfLast = end ?? start;
        }
      }),
    );
  });

  it('contains exactly one interval for each distinct enter', () => {
    check(
      fc.property(anyTimeline, (events) => {
        const enters = events.filter(({ action }) => action === 'enter');
        const identities = (rows: readonly { stateCode: string; at: number }[]) =>
          [...new Set(rows.map(({ stateCode, at }) => `${at} ${stateCode}`))].sort();
        const { intervals } = foldTimeline(events, rules);
        expect(intervals).toHaveLength(identities(enters.map((e) => ({ ...e, at: e.actionTime }))).length);
        expect(identities(intervals.map((i) => ({ ...i, at: i.start })))).toEqual(
          identities(enters.map((e) => ({ ...e, at: e.actionTime }))),
        );
      }),
    );
  });
});
