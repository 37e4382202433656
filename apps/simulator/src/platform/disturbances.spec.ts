import { simulateContactCentre } from './contact-centre.js';
import {
  isContactStep,
  type CentreEvent,
  DEFAULT_RULES,
  pairTimelines,
  SeededRandom,
  type SimulatedEvent,
} from '#oracle';
import { simulateContacts } from './contacts.js';
import { disturb } from './disturbances.js';
import type { DisturbanceRates } from './disturbances.js';

const NONE: DisturbanceRates = { lost: 0, repeated: 0, reordered: 0, late: 0, contradicted: 0 };
const centre = { seed: '7', agents: 20, days: 1, until: Date.UTC(2026, 0, 15, 12) };
const truth = simulateContactCentre(centre);
const events: CentreEvent[] = [...truth, ...simulateContacts(centre, truth)].sort(
  (a, b) => a.actionTime - b.actionTime,
);
const statusesOf = (list: readonly CentreEvent[]): SimulatedEvent[] =>
  list.filter((event) => !isContactStep(event));
const deliver = (rates: Partial<DisturbanceRates>, seed = '7') =>
  disturb(events, { ...NONE, ...rates }, new SeededRandom(seed));
const asSet = (list: readonly CentreEvent[]) => list.map((event) => JSON.stringify(event)).sort();

describe('disturbances', () => {
  it('leave everything as it is at rate 0', () => {
    expect(deliver({})).toEqual({ events, counts: NONE });
  });

  it('are decided by the seed', () => {
    const rates = { lost: 0.1, repeated: 0.1, reordered: 0.1, late: 0.1, contradicted: 0.1 };
    expect(deliver(rates)).toEqual(deliver(rates));
    expect(deliver(rates, '8')).not.toEqual(deliver(rates));
  });

  it('lose the given fraction of events', () => {
    const { events: sent, counts } = deliver({ lost: 0.2 });
    expect(sent).toHaveLength(events.length - counts.lost);
    expect(counts.lost / events.length).toBeCloseTo(0.2, 1);
    expect(deliver({ lost: 1 }).events).toEqual([]);
  });

  it('repeat events, sometimes under another name', () => {
    const { events: sent, counts } = deliver({ repeated: 0.5 });
    const names = new Set(truth.map(({ stateName }) => stateName));
    expect(sent).toHaveLength(events.length + counts.repeated);
    expect(statusesOf(sent).some(({ stateName }) => !names.has(stateName))).toBe(true);
  });

  it('repeat steps of contacts, sometimes with another customer or channel, and change nothing else', () => {
    const steps = events.filter(isContactStep);
    const repeats = deliver({ repeated: 1 }).events.filter(isContactStep);
    const stating = ({ customerId, channelType }: (typeof steps)[number]) => `${channelType} ${customerId}`;
    const known = new Set(steps.map(stating));
    expect(repeats).toHaveLength(2 * steps.length);
    expect(repeats.some((step) => !known.has(stating(step)))).toBe(true);
    const identities = (list: readonly CentreEvent[]) =>
      asSet(list.map((event) => ({ ...event, customerId: '', channelType: '' })));
    expect(new Set(identities(repeats))).toEqual(new Set(identities(steps)));
  });

  it.each(['reordered', 'late'] as const)(
    'send the very same events when they are %s, in another order',
    (name) => {
      const { events: sent, counts } = deliver({ [name]: 0.3 });
      expect(counts[name]).toBeGreaterThan(0);
      expect(sent).not.toEqual(events);
      expect(asSet(sent)).toEqual(asSet(events));
    },
  );

  it('contradict enters with another state in the same instant', () => {
    const { events: sent, counts } = deliver({ contradicted: 0.1 });
    const contradictions = pairTimelines(statusesOf(sent), DEFAULT_RULES)
      .flatMap(({ anomalies }) => anomalies)
      .filter(({ kind }) => kind === 'contradicting_enters');
    expect(counts.contradicted).toBeGreaterThan(0);
    expect(contradictions.length).toBeGreaterThan(counts.contradicted * 0.8);
  });

  it('invent nothing that happens after the last event', () => {
    const last = events[events.length - 1]!.actionTime;
    const { events: sent } = deliver({ contradicted: 1 });
    expect(sent.every(({ actionTime }) => actionTime <= last)).toBe(true);
  });
});
