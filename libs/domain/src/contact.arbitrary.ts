import fc from 'fast-check';
import { CONTACT_ACTIONS, requiresWorker, type ContactStep } from './contact-event.js';

const anyWorker = fc.constantFrom('A', 'B', '\uff5e', '\u{1f600}');
const anyCustomer = fc.constantFrom('', '', 'c1', '\uff5e', '\u{1f600}');
const anyChannel = fc.constantFrom('', '', 'CHATS', 'CALLS');
const anyGroup = fc.constantFrom('G1', 'G1', 'G2', '\uff5e', '\u{1f600}');

/**
 * Few groups, workers and instants, so that repeats, transfers within one second, interrupted legs and orphan steps are
 * common.
 */
export const anyContactStep: fc.Arbitrary<ContactStep> = fc
  .constantFrom(...CONTACT_ACTIONS, 'queued' as const, 'answered' as const)
  .chain((action) =>
    fc.record({
      groupId: anyGroup,
      actionTime: fc.integer({ min: 0, max: 15 }).map((n) => n * 1000),
      action: fc.constant(action),
      workerId: requiresWorker(action) ? anyWorker : fc.constantFrom('', '', '', 'A'),
      customerId: anyCustomer,
      channelType: anyChannel,
    }),
  );

export const anyContact: fc.Arbitrary<ContactStep[]> = fc.array(anyContactStep, { maxLength: 25 });
