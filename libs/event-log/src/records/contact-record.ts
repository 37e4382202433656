import { CONTACT_ACTIONS, contactKey, NOT_STATED, type ContactAction, type ContactEvent } from '#domain';
import type { NewRecord } from '../log-record.js';
import { originOf, type RecordOrigin } from './record-origin.js';
import { parseRecord, UnreadableRecordError } from './parse-record.js';

/** The content of a contact record: the event, and when it was received (milliseconds since the Unix epoch). */
export interface ContactRecord {
  readonly event: ContactEvent;
  readonly receivedAt: number;
  /** See {@link withOrigin}. */
  readonly origin?: RecordOrigin | undefined;
}

const VERSION = 1;
const ACTIONS: ReadonlySet<unknown> = new Set(CONTACT_ACTIONS);

/** Encodes the record. Its key keeps all events of a contact in one partition. */
export function encodeContactRecord({ event, receivedAt }: ContactRecord): NewRecord {
  const { systemId, contactId, groupId, actionTime, action } = event;
  const value = JSON.stringify({
    v: VERSION,
    systemId,
    contactId,
    groupId,
    actionTime,
    action,
    workerId: stated(event.workerId),
    customerId: stated(event.customerId),
    channelType: stated(event.channelType),
    receivedAt,
  });
  return { key: contactKey(event), value };
}

/** @throws UnreadableRecordError for anything that {@link encodeContactRecord} did not write in a known version. */
export function decodeContactRecord(value: string): ContactRecord {
  const record = parseRecord(value, VERSION);
  const {
    systemId,
    contactId,
    groupId,
    actionTime,
    action,
    workerId = NOT_STATED,
    customerId = NOT_STATED,
    channelType = NOT_STATED,
    receivedAt,
  } = record;
  const texts = [systemId, contactId, groupId, workerId, customerId, channelType];
  if (
    texts.some((text) => typeof text !== 'string') ||
    !Number.isSafeInteger(actionTime) ||
    !Number.isSafeInteger(receivedAt) ||
    !ACTIONS.has(action)
  ) {
    throw new UnreadableRecordError('a field of the contact record is missing or of another type');
  }
  const [system, contact, group, worker, customer, channel] = texts as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return {
    event: {
      systemId: system,
      contactId: contact,
      groupId: group,
      workerId: worker,
      customerId: customer,
      channelType: channel,
      actionTime: actionTime as number,
      action: action as ContactAction,
    },
    receivedAt: receivedAt as number,
    origin: originOf(record),
  };
}

function stated(value: string): string | undefined {
  return value === NOT_STATED ? undefined : value;
}
