import { simulateContactCentre } from './contact-centre.js';
import { DEFAULT_RULES, pairTimelines } from '#oracle';

const UNTIL = Date.UTC(2026, 0, 15, 12, 0, 0);
const DAY = 86_400_000;
const centre = (seed: string, agents = 60, days = 1) =>
  simulateContactCentre({ seed, agents, days, until: UNTIL });

describe('a simulated contact centre', () => {
  it('is decided by its seed', () => {
    expect(centre('7')).toEqual(centre('7'));
    expect(centre('8')).not.toEqual(centre('7'));
  });

  it('shifts as a whole with the end of its last day', () => {
    const later = simulateContactCentre({ seed: '7', agents: 60, days: 1, until: UNTIL + 5000 });
    expect(later.map((event) => ({ ...event, actionTime: event.actionTime - 5000 }))).toEqual(centre('7'));
  });

  it('gives an agent the same day however many others there are', () => {
    const { workerId } = centre('7')[0]!;
    const dayOf = (agents: number) => centre('7', agents).filter((event) => event.workerId === workerId);
    expect(dayOf(60)).toEqual(dayOf(80));
  });

  it('happens in order, within its days', () => {
    const times = centre('7', 60, 2).map(({ actionTime }) => actionTime);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(UNTIL - 2 * DAY);
    expect(times[times.length - 1]).toBeLessThanOrEqual(UNTIL);
  });

  it('has agents with and without groups, whole seconds and milliseconds, and ids that are hard to quote', () => {
    const events = centre('7', 200);
    expect(events.some(({ groupId }) => groupId === null)).toBe(true);
    expect(events.some(({ groupId }) => groupId !== null)).toBe(true);
    expect(events.some(({ actionTime }) => actionTime % 1000 === 0)).toBe(true);
    expect(events.some(({ actionTime }) => actionTime % 1000 !== 0)).toBe(true);
    expect(events.some(({ workerId }) => /['%+]/.test(workerId))).toBe(true);
    expect(events.every(({ workerId }) => !workerId.includes(','))).toBe(true);
  });

  it('pairs into open, ended and unterminated intervals, and knows no defect but exits of agents who vanished', () => {
    const timelines = pairTimelines(centre('7', 200), DEFAULT_RULES);
    const endedBy = new Set(
      timelines.flatMap(({ intervals }) => intervals.map((interval) => interval.endedBy)),
    );
    const anomalies = new Set(timelines.flatMap(({ anomalies }) => anomalies.map(({ kind }) => kind)));
    expect(endedBy).toEqual(new Set(['exit', 'unknown', 'open']));
    expect(anomalies).toEqual(new Set(['lost_exit']));
  });
});
