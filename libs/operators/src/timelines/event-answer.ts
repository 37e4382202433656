import { isoTime } from '#domain';
import type { ReceivedContactEvent, ReceivedStatusEvent } from '#store';

/** When an event came, and how long after what it reports. */
function receipt({ actionTime, receivedAt }: { actionTime: number; receivedAt: number }) {
  return { receivedAt: isoTime(receivedAt), delaySeconds: (receivedAt - actionTime) / 1000 };
}

/** A raw status event as the operators' methods answer it, without what the place of the answer says already. */
export function statusEventAnswer(event: ReceivedStatusEvent) {
  const { actionTime, action, stateCode, stateName } = event;
  return { actionTime: isoTime(actionTime), action, stateCode, stateName, ...receipt(event) };
}

/** A raw contact event as the operators' methods answer it; what it does not state is left out. */
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
