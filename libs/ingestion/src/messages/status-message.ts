import { NO_GROUP, type StatusEvent } from '#domain';
import { epochMs } from '#edge';
import { encodeStatusRecord, Topic } from '#event-log';
import { bodySchemaOf } from '../parsing/body-schema.js';
import type { MessageKind } from './message-kind.js';
import { StatusEventDto } from './status-event.dto.js';
import { SubmissionReader } from '../parsing/submission.js';

const SCHEMA = bodySchemaOf(StatusEventDto);

/** Status events as messages (spec 4.1): how they are read, validated and written. */
export const STATUS_MESSAGE: MessageKind<StatusEventDto> = {
  type: 'status',
  topic: Topic.status,
  schema: SCHEMA,
  reader: new SubmissionReader(SCHEMA, ['stateName']),
  timeOf: (dto) => epochMs(dto.actionTime),
  encode: (dto, receivedAt) => encodeStatusRecord({ event: toEvent(dto), receivedAt }),
};

function toEvent(dto: StatusEventDto): StatusEvent {
  return {
    systemId: dto.systemId,
    workerId: dto.workerId,
    groupId: dto.groupId ?? NO_GROUP,
    stateCode: dto.stateCode,
    stateName: dto.stateName,
    actionTime: epochMs(dto.actionTime),
    action: dto.action === 1 ? 'enter' : 'exit',
  };
}
