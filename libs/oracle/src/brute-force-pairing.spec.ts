import { pairByBruteForce } from './brute-force-pairing.js';
import type { EndedBy, Pairing, PairedInterval, StatusEventLike } from './brute-force-pairing.js';

const MAX_AGE = 43_200_000;

const enter = (stateCode: string, actionTime: number, stateName = stateCode): StatusEventLike => ({
  stateCode,
  stateName,
  actionTime,
  action: 'enter',
});
const exit = (stateCode: string, actionTime: number, stateName = stateCode): StatusEventLike => ({
  ...enter(stateCode, actionTime, stateName),
  action: 'exit',
});
const interval = (
  stateCode: string,
  start: number,
  end: number | null,
  endedBy: EndedBy,
  stateName = stateCode,
): PairedInterval => ({ stateCode, stateName, start, end, endedBy });

const pair = (...events: StatusEventLike[]): Pairing => pairByBruteForce(events, { stateMaxAgeMs: MAX_AGE });

describe('pairing by brute force', () => {
  it('returns nothing without events', () => {
    expect(pair()).toEqual({ intervals: [], anomalies: [] });
  });

  it('leaves a state open if nothing follows its enter', () => {
    expect(pair(enter('Work', 10))).toEqual({
      intervals: [interval('Work', 10, null, 'open')],
      anomalies: [],
    });
  });

  describe('rule 1: an exit closes the open state', () => {
    it('ends the interval at the exit', () => {
      expect(pair(enter('Work', 10), exit('Work', 25))).toEqual({
        intervals: [interval('Work', 10, 25, 'exit')],
        anomalies: [],
      });
    });

    it('switches states within one instant', () => {
      expect(pair(enter('Work', 10), exit('Work', 25), enter('Break', 25), exit('Break', 40))).toEqual({
        intervals: [interval('Work', 10, 25, 'exit'), interval('Break', 25, 40, 'exit')],
        anomalies: [],
      });
    });

    it('leaves and enters the same state within one instant', () => {
      expect(pair(enter('Work', 10), exit('Work', 25), enter('Work', 25), exit('Work', 40))).toEqual({
        intervals: [interval('Work', 10, 25, 'exit'), interval('Work', 25, 40, 'exit')],
        anomalies: [],
      });
    });

    it('ends a state at its exit, however long it lasted', () => {
      expect(pair(enter('Work', 0), exit('Work', 10 * MAX_AGE)).intervals).toEqual([
        interval('Work', 0, 10 * MAX_AGE, 'exit'),
      ]);
    });
  });

  describe('rule 2: an enter ends a state whose exit was lost', () => {
    it('ends it there, up to the maximum age', () => {
      expect(pair(enter('Work', 0), enter('Break', MAX_AGE))).toEqual({
        intervals: [interval('Work', 0, MAX_AGE, 'next_enter'), interval('Break', MAX_AGE, null, 'open')],
        anomalies: [{ kind: 'lost_exit', at: MAX_AGE, stateCode: 'Work' }],
      });
    });

    it('leaves it unterminated beyond the maximum age', () => {
      expect(pair(enter('Work', 0), enter('Break', MAX_AGE + 1))).toEqual({
        intervals: [interval('Work', 0, null, 'unknown'), interval('Break', MAX_AGE + 1, null, 'open')],
        anomalies: [{ kind: 'lost_exit', at: MAX_AGE + 1, stateCode: 'Work' }],
      });
    });

    it('treats a second enter of the open state as a new stay', () => {
      expect(pair(enter('Work', 10), enter('Work', 30), exit('Work', 50))).toEqual({
        intervals: [interval('Work', 10, 30, 'next_enter'), interval('Work', 30, 50, 'exit')],
        anomalies: [{ kind: 'lost_exit', at: 30, stateCode: 'Work' }],
      });
    });

    it('ends it even for a visit without length', () => {
      expect(pair(enter('Work', 10), enter('Break', 30), exit('Break', 30), exit('Work', 50))).toEqual({
        intervals: [interval('Work', 10, 30, 'next_enter'), interval('Break', 30, 30, 'exit')],
        anomalies: [
          { kind: 'lost_exit', at: 30, stateCode: 'Work' },
          { kind: 'orphan_exit', at: 50, stateCode: 'Work' },
        ],
      });
    });

    it('does not end it at an exit of another state', () => {
      expect(pair(enter('Work', 10), exit('Break', 20), exit('Work', 30))).toEqual({
        intervals: [interval('Work', 10, 30, 'exit')],
        anomalies: [{ kind: 'orphan_exit', at: 20, stateCode: 'Break' }],
      });
    });
  });

  describe('rule 3: a state entered and exited in one instant', () => {
    it('is an interval without length', () => {
      expect(pair(enter('Work', 10), exit('Work', 10))).toEqual({
        intervals: [interval('Work', 10, 10, 'exit')],
        anomalies: [],
      });
    });

    it('fits between two others', () => {
      expect(
        pair(
          enter('Work', 10),
          exit('Work', 25),
          enter('AfterCall', 25),
          exit('AfterCall', 25),
          enter('Ready', 25),
          exit('Ready', 40),
        ),
      ).toEqual({
        intervals: [
          interval('Work', 10, 25, 'exit'),
          interval('AfterCall', 25, 25, 'exit'),
          interval('Ready', 25, 40, 'exit'),
        ],
        anomalies: [],
      });
    });
  });

  describe('rule 4: several states entered in one instant', () => {
    it('opens the one that is exited first', () => {
      expect(pair(enter('Break', 10), enter('Work', 10), exit('Work', 20), exit('Break', 30))).toEqual({
        intervals: [interval('Break', 10, 10, 'superseded'), interval('Work', 10, 20, 'exit')],
        anomalies: [
          { kind: 'contradicting_enters', at: 10, stateCode: 'Work' },
          { kind: 'orphan_exit', at: 30, stateCode: 'Break' },
        ],
      });
    });

    it('prefers one that is exited at all', () => {
      expect(pair(enter('Break', 10), enter('Work', 10), exit('Work', 20))).toEqual({
        intervals: [interval('Break', 10, 10, 'superseded'), interval('Work', 10, 20, 'exit')],
        anomalies: [{ kind: 'contradicting_enters', at: 10, stateCode: 'Work' }],
      });
    });

    it('opens the one with the smallest code if none is ever exited', () => {
      expect(pair(enter('Work', 10), enter('Break', 10), enter('Lunch', 10))).toEqual({
        intervals: [
          interval('Break', 10, null, 'open'),
          interval('Lunch', 10, 10, 'superseded'),
          interval('Work', 10, 10, 'superseded'),
        ],
        anomalies: [{ kind: 'contradicting_enters', at: 10, stateCode: 'Break' }],
      });
    });

    it('opens the one with the smallest code if two are exited first', () => {
      expect(
        pair(enter('Work', 10), enter('Lunch', 10), enter('Break', 10), exit('Work', 20), exit('Lunch', 20)),
      ).toEqual({
        intervals: [
          interval('Break', 10, 10, 'superseded'),
          interval('Lunch', 10, 20, 'exit'),
          interval('Work', 10, 10, 'superseded'),
        ],
        anomalies: [
          { kind: 'contradicting_enters', at: 10, stateCode: 'Lunch' },
          { kind: 'orphan_exit', at: 20, stateCode: 'Work' },
        ],
      });
    });

    it('orders codes by UTF-8 bytes, not by UTF-16 units', () => {
      expect(pair(enter('\u{1f600}', 10), enter('\uff5e', 10)).anomalies).toEqual([
        { kind: 'contradicting_enters', at: 10, stateCode: '\uff5e' },
      ]);
    });

    it('counts the next exit even if it belongs to a later stay', () => {
      expect(
        pair(enter('Work', 10), enter('Break', 10), exit('Work', 15), enter('Break', 20), exit('Break', 30)),
      ).toEqual({
        intervals: [
          interval('Break', 10, 10, 'superseded'),
          interval('Work', 10, 15, 'exit'),
          interval('Break', 20, 30, 'exit'),
        ],
        anomalies: [{ kind: 'contradicting_enters', at: 10, stateCode: 'Work' }],
      });
    });

    it('does not count an exit in the same instant, which rule 3 has used up', () => {
      expect(
        pair(enter('Work', 10), exit('Work', 10), enter('Break', 10), enter('Lunch', 10), exit('Lunch', 30)),
      ).toEqual({
        intervals: [
          interval('Break', 10, 10, 'superseded'),
          interval('Lunch', 10, 30, 'exit'),
          interval('Work', 10, 10, 'exit'),
        ],
        anomalies: [{ kind: 'contradicting_enters', at: 10, stateCode: 'Lunch' }],
      });
    });

    it('ends a state whose exit was lost', () => {
      expect(pair(enter('Ready', 5), enter('Work', 10), enter('Break', 10)).anomalies).toEqual([
        { kind: 'lost_exit', at: 10, stateCode: 'Ready' },
        { kind: 'contradicting_enters', at: 10, stateCode: 'Break' },
      ]);
    });
  });

  describe('rule 5: an exit whose enter was lost', () => {
    it('yields no interval', () => {
      expect(pair(exit('Work', 10), exit('Break', 10))).toEqual({
        intervals: [],
        anomalies: [
          { kind: 'orphan_exit', at: 10, stateCode: 'Break' },
          { kind: 'orphan_exit', at: 10, stateCode: 'Work' },
        ],
      });
    });

    it('is every exit after the first', () => {
      expect(pair(enter('Work', 10), exit('Work', 20), exit('Work', 30))).toEqual({
        intervals: [interval('Work', 10, 20, 'exit')],
        anomalies: [{ kind: 'orphan_exit', at: 30, stateCode: 'Work' }],
      });
    });
  });

  it('does not depend on the order of arrival or on repeats', () => {
    const events = [
      enter('Work', 10),
      exit('Work', 25),
      enter('Break', 25),
      exit('Lunch', 30),
      enter('Ready', 40),
    ];
    expect(pair(...events, ...events.slice().reverse())).toEqual(pair(...events));
    expect(pair(...events.slice().reverse())).toEqual(pair(...events));
  });

  it('returns the greatest name among the repeats of the enter, whatever the exit says', () => {
    expect(
      pair(
        enter('Work', 10, 'Chat'),
        enter('Work', 10, 'Processing'),
        enter('Work', 10, 'Contact'),
        exit('Work', 20, 'Zzz'),
        enter('Work', 30, '\uff5e'),
        enter('Work', 30, '\u{1f600}'),
      ).intervals,
    ).toEqual([
      interval('Work', 10, 20, 'exit', 'Processing'),
      interval('Work', 30, null, 'open', '\u{1f600}'),
    ]);
  });

  it('handles a timeline of several thousand events', () => {
    const events = Array.from({ length: 4000 }, (_, i) => (i % 2 === 0 ? enter('Work', i) : exit('Work', i)));
    expect(pair(...events).intervals).toHaveLength(2000);
  });
});
