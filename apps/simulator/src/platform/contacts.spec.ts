import { simulateContactCentre } from './contact-centre.js';
import { type ContactStep, foldContacts } from '#oracle';
import { simulateContacts } from './contacts.js';

const UNTIL = Date.UTC(2026, 0, 15, 12, 0, 0);
const DAY = 86_400_000;
const contactsOf = (seed: string, { agents = 20, days = 1, until = UNTIL } = {}): ContactStep[] => {
  const centre = { seed, agents, days, until };
  return simulateContacts(centre, simulateContactCentre(centre));
};
const steps = contactsOf('7', { agents: 200 });
const legs = foldContacts(steps);

describe('simulated contacts', () => {
  it('are decided by their seed', () => {
    expect(contactsOf('7')).toEqual(contactsOf('7'));
    expect(contactsOf('8')).not.toEqual(contactsOf('7'));
  });

  it('shift as a whole with the end of the last day', () => {
    const later = contactsOf('7', { until: UNTIL + 5000 });
    expect(later.map((step) => ({ ...step, actionTime: step.actionTime - 5000 }))).toEqual(contactsOf('7'));
  });

  it('happen in order, within their days', () => {
    const times = contactsOf('7', { days: 2 }).map(({ actionTime }) => actionTime);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThanOrEqual(UNTIL - 2 * DAY);
    expect(times[times.length - 1]).toBeLessThanOrEqual(UNTIL);
  });

  it('take every step, and end in every way: also not at all', () => {
    expect(new Set(steps.map(({ action }) => action)).size).toBe(11);
    const endings = new Set(legs.map(({ endedAs }) => endedAs));
    expect(endings).toEqual(new Set(['finished', 'transferred', 'abandoned', 'bot_closed', null]));
    expect(legs.some(({ outcome, answered }) => outcome === 'running' && answered !== null)).toBe(true);
    expect(legs.some(({ outcome, answered }) => outcome === 'running' && answered === null)).toBe(true);
    expect(legs.some(({ outcome, answered }) => outcome === 'missed' && answered !== null)).toBe(true);
    const contacts = new Set(steps.map(({ contactId }) => contactId));
    expect(new Set(legs.map(({ contactId }) => contactId)).size).toBeLessThan(contacts.size);
  });

  it('are queued again in the second in which they are transferred', () => {
    const instants = (action: string) =>
      new Set(steps.filter((s) => s.action === action).map((s) => `${s.contactId} ${s.actionTime}`));
    const transferred = instants('transferred');
    const queued = instants('queued');
    expect(transferred.size).toBeGreaterThan(50);
    expect([...transferred].filter((instant) => !queued.has(instant))).toEqual([]);
  });

  it('are offered to several agents in turn, and several at once to one', () => {
    const offers = new Map<string, Set<string>>();
    for (const { action, contactId, groupId, workerId } of steps) {
      const key = `${contactId} in ${groupId}`;
      if (action === 'offered') offers.set(key, (offers.get(key) ?? new Set()).add(workerId));
    }
    expect([...offers.values()].some((agents) => agents.size > 2)).toBe(true);
    const talks = legs.filter(({ talk, answeredBy }) => talk !== null && answeredBy === legs[0]!.answeredBy);
    const overlaps = talks.filter((talk) => talks.some((other) => other !== talk && isWithin(talk, other)));
    expect(overlaps.length).toBeGreaterThan(2);
  });

  it('are of customers who come back to the same and to another group, and of some who have no name', () => {
    const groupsOf = new Map<string, string[]>();
    for (const { customerId, groupId } of legs) {
      groupsOf.set(customerId, [...(groupsOf.get(customerId) ?? []), groupId]);
    }
    const anonymous = groupsOf.get('') ?? [];
    groupsOf.delete('');
    const returning = [...groupsOf.values()].filter((groups) => new Set(groups).size < groups.length);
    expect(anonymous.length).toBeGreaterThan(100);
    expect(returning.length).toBeGreaterThan(20);
    expect([...groupsOf.values()].some((groups) => new Set(groups).size > 1)).toBe(true);
  });

  it('come by every channel, and across midnight; their ids are hard to quote', () => {
    expect(new Set(legs.map(({ channelType }) => channelType))).toEqual(
      new Set(['CHATS', 'MAILS', 'INCOMING_CALLS', '']),
    );
    const midnight = Date.UTC(2026, 0, 15);
    expect(
      legs.some(({ received, ended }) => received < midnight && ended !== null && ended > midnight),
    ).toBe(true);
    for (const id of [steps.map((step) => step.contactId), steps.map((step) => step.customerId)]) {
      expect(id.some((text) => /['"\\%]/.test(text))).toBe(true);
    }
  });
});

type Talk = { readonly answered: number | null; readonly ended: number | null };

function isWithin(talk: Talk, other: Talk): boolean {
  return other.answered! <= talk.answered! && talk.answered! < other.ended!;
}
