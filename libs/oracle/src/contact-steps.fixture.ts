import type { ContactStep } from './contact-step.js';

/** What all steps of a contact share. */
export interface SharedFields {
  readonly contact?: string;
  readonly group?: string;
  readonly agent?: string;
  readonly customer?: string;
  readonly channel?: string;
}

/** A time on 1 January 2020 in UTC, or a full date and time. */
export const at = (time: string): number => Date.parse(time.includes('T') ? time : `2020-01-01T${time}Z`);

const DONE_BY_NOBODY: readonly string[] = ['queued', 'abandoned', 'bot_closed'];

/** Steps of one contact in one group, as `['answered', '10:00:00']`. */
export function contact(
  shared: SharedFields,
  ...steps: readonly (readonly [ContactStep['action'], string])[]
): ContactStep[] {
  const { contact: contactId = 'c', group = '1', agent = '1', customer = '', channel = '' } = shared;
  return steps.map(([action, time]) => ({
    contactId,
    groupId: group,
    actionTime: at(time),
    action,
    workerId: DONE_BY_NOBODY.includes(action) ? '' : agent,
    customerId: customer,
    channelType: channel,
  }));
}
