import fc from 'fast-check';
import {
  compareSteps,
  CONTACT_ACTIONS,
  contactKey,
  distinctSteps,
  isSameStep,
  requiresWorker,
} from './contact-event.js';
import { anyContact, anyContactStep } from './contact.arbitrary.js';
import { step } from './contact.fixture.js';
import { propertySeed } from './timeline.arbitrary.js';

describe(`the order and identity of a contact's steps (seed ${propertySeed})`, () => {
  it('distinguishes contacts by system and contact', () => {
    const keys = [
      { systemId: 'a', contactId: 'bc' },
      { systemId: 'ab', contactId: 'c' },
      { systemId: 'a', contactId: 'b' },
    ].map(contactKey);
    expect(new Set(keys).size).toBe(3);
  });

  it('requires the worker for every action of an agent', () => {
    expect(CONTACT_ACTIONS.filter((action) => !requiresWorker(action))).toEqual([
      'queued',
      'abandoned',
      'bot_closed',
    ]);
  });

  it('orders by instant, then by action, then by group and worker as UTF-8 bytes', () => {
    const ordered = [
      step('queued', 1, 'G2'),
      step('answered', 1, '\uff5e', 'B'),
      step('answered', 1, '\u{1f600}', 'A'),
      step('answered', 1, '\u{1f600}', '\uff5e'),
      step('answered', 1, '\u{1f600}', '\u{1f600}'),
      step('rested', 1, 'G1', 'A'),
      step('abandoned', 1, 'G1'),
      step('queued', 2, 'G1'),
    ];
    expect([...ordered].reverse().sort(compareSteps)).toEqual(ordered);
  });

  it('treats two steps as the same exactly if neither comes before the other', () => {
    fc.assert(
      fc.property(anyContactStep, anyContactStep, (a, b) => {
        expect(isSameStep(a, b)).toBe(compareSteps(a, b) === 0);
        expect(Math.sign(compareSteps(a, b)) + Math.sign(compareSteps(b, a))).toBe(0);
      }),
      { seed: propertySeed, numRuns: 500 },
    );
  });

  it('gives a repeated step the smallest customer and channel that its repeats state', () => {
    const repeats = [
      step('queued', 1, 'G1', '', { customerId: '\u{1f600}', channelType: '' }),
      step('queued', 1, 'G1', '', { customerId: '', channelType: 'CHATS' }),
      step('queued', 1, 'G1', '', { customerId: '\uff5e', channelType: 'MAIL' }),
    ];
    expect(distinctSteps(repeats)).toEqual([
      step('queued', 1, 'G1', '', { customerId: '\uff5e', channelType: 'CHATS' }),
    ]);
  });

  it('returns the same steps for arrivals in any order and any batches', () => {
    fc.assert(
      fc.property(anyContact, anyContact, (some, others) => {
        const together = distinctSteps([...some, ...others]);
        expect(distinctSteps([...others, ...some, ...others])).toEqual(together);
        expect(distinctSteps([...distinctSteps(others), ...distinctSteps(some)])).toEqual(together);
      }),
      { seed: propertySeed, numRuns: 500 },
    );
  });
});
