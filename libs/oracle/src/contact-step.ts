import type { ContactEventLike } from './brute-force-legs.js';
import { sentTime } from './simulated-event.js';
import type { SimulatedEvent } from './simulated-event.js';

/** A step in the life of a contact of the simulated contact centre. Fields that are not stated are `''`. */
export interface ContactStep extends ContactEventLike {
  readonly contactId: string;
}

/** Any event that the platform of a contact centre reports. */
export type CentreEvent = SimulatedEvent | ContactStep;

export function isContactStep(event: CentreEvent): event is ContactStep {
  return 'contactId' in event;
}

/** The body of `POST /ccwfm/api/rest/contact`; see `docs/semantics.md` 4. */
export interface ContactMessage {
  readonly systemId: string;
  readonly contactId: string;
  readonly groupId: string;
  /** In seconds, or in milliseconds if the instant has a fraction of a second. */
  readonly actionTime: number;
  readonly action: ContactStep['action'];
  readonly workerId?: string;
  readonly customerId?: string;
  readonly channelType?: string;
}

/** The message that reports the step, without the fields that it does not state. */
export function contactMessage(step: ContactStep, systemId: string): ContactMessage {
  const { contactId, groupId, action, workerId, customerId, channelType } = step;
  return {
    systemId,
    contactId,
    groupId,
    actionTime: sentTime(step.actionTime),
    action,
    ...(workerId === '' ? {} : { workerId }),
    ...(customerId === '' ? {} : { customerId }),
    ...(channelType === '' ? {} : { channelType }),
  };
}
