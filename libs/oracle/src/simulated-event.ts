import type { StatusEventLike } from './brute-force-pairing.js';

/** A status event of the simulated contact centre. */
export interface SimulatedEvent extends StatusEventLike {
  readonly workerId: string;
  /** The group in which the status was set; `null` on platforms that set statuses without groups. */
  readonly groupId: string | null;
}

/** The body of `POST /ccwfm/api/rest/status` (spec 4.1.2.2), with the optional `groupId`. */
export interface StatusMessage {
  readonly workerId: string;
  readonly groupId?: string;
  readonly stateName: string;
  readonly stateCode: string;
  readonly systemId: string;
  /** In seconds, or in milliseconds if the instant has a fraction of a second. */
  readonly actionTime: number;
  readonly action: 0 | 1;
}

/** The message that reports the event. */
export function statusMessage(event: SimulatedEvent, systemId: string): StatusMessage {
  return {
    workerId: event.workerId,
    ...(event.groupId === null ? {} : { groupId: event.groupId }),
    stateName: event.stateName,
    stateCode: event.stateCode,
    systemId,
    actionTime: sentTime(event.actionTime),
    action: event.action === 'enter' ? 1 : 0,
  };
}

/** An instant as it is sent: in seconds, or in milliseconds if it has a fraction of a second. */
export function sentTime(ms: number): number {
  return ms % 1000 === 0 ? ms / 1000 : ms;
}

/** A key that two events share exactly if they are on one timeline. */
export function timelineKeyOf(event: { workerId: string; groupId: string | null }): string {
  return JSON.stringify([event.workerId, event.groupId]);
}
