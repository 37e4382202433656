import { NO_GROUP, timelineKey, type StatusEvent } from '#domain';
import type { NewRecord } from '../log-record.js';
import { originOf, type RecordOrigin } from './record-origin.js';
import { parseRecord, UnreadableRecordError } from './parse-record.js';

/** The content of a status record: the event, and when it was received (milliseconds since the Unix epoch). */
export interface StatusRecord {
  readonly event: StatusEvent;
  readonly receivedAt: number;
  /** See {@link withOrigin}. */
  readonly origin?: RecordOrigin | undefined;
}

const VERSION = 1;

/** Encodes the record. Its key keeps all timelines of one agent in one partition. */
export function encodeStatusRecord({ event, receivedAt }: StatusRecord): NewRecord {
  const group = event.groupId === NO_GROUP ? '' : `"groupId":${JSON.stringify(event.groupId)},`;
  const value =
    `{"v":${VERSION},"systemId":${JSON.stringify(event.systemId)},` +
    `"workerId":${JSON.stringify(event.workerId)},${group}` +
    `"stateCode":${JSON.stringify(event.stateCode)},"stateName":${JSON.stringify(event.stateName)},` +
    `"actionTime":${event.actionTime},"action":${event.action === 'enter' ? 1 : 0},` +
    `"receivedAt":${receivedAt}}`;
  return { key: agentKey(event.systemId, event.workerId), value };
}

/** @throws UnreadableRecordError for anything that {@link encodeStatusRecord} did not write in a known version. */
export function decodeStatusRecord(value: string): StatusRecord {
  const record = parseRecord(value, VERSION);
  const {
    systemId,
    workerId,
    groupId = NO_GROUP,
    stateCode,
    stateName,
    actionTime,
    action,
    receivedAt,
  } = record;
  if (
    typeof systemId !== 'string' ||
    typeof workerId !== 'string' ||
    typeof groupId !== 'string' ||
    typeof stateCode !== 'string' ||
    typeof stateName !== 'string' ||
    !Number.isSafeInteger(actionTime) ||
    !Number.isSafeInteger(receivedAt) ||
    (action !== 0 && action !== 1)
  ) {
    throw new UnreadableRecordError('a field of the status record is missing or of another type');
  }
  return {
    event: {
      systemId,
      workerId,
      groupId,
      stateCode,
      stateName,
      actionTime: actionTime as number,
      action: action === 1 ? 'enter' : 'exit',
    },
    receivedAt: receivedAt as number,
    origin: originOf(record),
  };
}

function agentKey(systemId: string, workerId: string): string {
  return timelineKey({ systemId, workerId, groupId: NO_GROUP });
}
