import { NOT_STATED, requiresWorker, type ContactEvent } from '#domain';
import { epochMs } from '#edge';
import { encodeContactRecord, Topic } from '#event-log';
import { bodySchemaOf } from '../parsing/body-schema.js';
import { ContactEventDto } from './contact-event.dto.js';
import type { MessageKind } from './message-kind.js';
import { missingField } from '../rejections/rejection.js';
import { SubmissionReader } from '../parsing/submission.js';

const SCHEMA = bodySchemaOf(ContactEventDto);

/** Contact events as messages: how they are read, validated and written. */
export const CONTACT_MESSAGE: MessageKind<ContactEventDto> = {
  type: 'contact',
  topic: Topic.contact,
  schema: SCHEMA,
  reader: new SubmissionReader(SCHEMA, []),
  timeOf: (dto) => epochMs(dto.actionTime),
  encode: (dto, receivedAt) => encodeContactRecord({ event: toEvent(dto), receivedAt }),
  check: ({ action, workerId }) =>
    requiresWorker(action) && workerId === undefined ? missingField('workerId') : undefined,
};

function toEvent(dto: ContactEventDto): ContactEvent {
  return {
    systemId: dto.systemId,
    contactId: dto.contactId,
    groupId: dto.groupId,
    actionTime: epochMs(dto.actionTime),
    action: dto.action,
    workerId: dto.workerId ?? NOT_STATED,
    customerId: dto.customerId ?? NOT_STATED,
    channelType: dto.channelType ?? NOT_STATED,
  };
}
