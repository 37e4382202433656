import type { ContactEventLike } from './brute-force-legs.js';
import { sentTime } from './simulated-event.js';
import type { SimulatedEvent } from './simulated-event.js';

/** A step in the life of a contact of the simulated contact centre. What is not stated is `''`. */
export interface ContactStep extends ContactEventLike {
  readonly contactId: string;
}

/** Whatever the platform of a contact centre reports. */
export type CentreEvent = SimulatedEvent | ContactStep;

export function isContactStep(event: CentreEvent): event is ContactStep {
  return 'contactId' in event;
}

/** The body of `POST /ccwfm/api/rest/contact`; see `docs/semantics.md` 4. */
export interface ContactMessage {
  readonly systemId: string;
  readonly contactId: string;
  readonly groupId: string;
  /** Seconds, or milliseconds where the instant has some. */
  readonly actionTime: number;
  readonly action: ContactStep['action'];
  readonly workerId?: string;
  readonly customerId?: string;
  readonly channelType?: string;
}

/** The message by which a platform reports the step; it leaves out what is not stated. */
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
