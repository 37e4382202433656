import { NOT_STATED, type ContactAction, type ContactStep } from './contact-event.js';

type Stated = Partial<Pick<ContactStep, 'customerId' | 'channelType'>>;

/** A step of a contact `seconds` after the epoch. */
export function step(
  action: ContactAction,
  seconds: number,
  groupId: string,
  workerId = NOT_STATED,
  stated: Stated = {},
): ContactStep {
  return {
    groupId,
    actionTime: seconds * 1_000,
    action,
    workerId,
    customerId: NOT_STATED,
    channelType: NOT_STATED,
    ...stated,
  };
}
