import type { ReceivedContactEvent, ReceivedStatusEvent } from '#store';
import { isoTime } from '#edge';

/** When an event was received, and how long after it happened. */
function receipt({ actionTime, receivedAt }: { actionTime: number; receivedAt: number }) {
  return { receivedAt: isoTime(receivedAt), delaySeconds: (receivedAt - actionTime) / 1000 };
}

/** A raw status event for the operators' methods, without the fields that its context implies. */
export function statusEventAnswer(event: ReceivedStatusEvent) {
  const { actionTime, action, stateCode, stateName } = event;
  return { actionTime: isoTime(actionTime), action, stateCode, stateName, ...receipt(event) };
}

/** A raw contact event for the operators' methods, without the fields that it does not state. */
export function contactEventAnswer(event: ReceivedContactEvent) {
  const { actionTime, action, groupId, workerId, customerId, channelType } = event;
  return {
    actionTime: isoTime(actionTime),
    action,
    groupId,
    ...(workerId === '' ? {} : { workerId }),
    ...(customerId === '' ? {} : { customerId }),
    ...(channelType === '' ? {} : { channelType }),
    ...receipt(event),
  };
}
