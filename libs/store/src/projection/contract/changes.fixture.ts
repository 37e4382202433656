import { foldContact, type Leg } from '#domain';
import { NO_CHANGES, type ProjectionChanges } from '../projection-store.js';

/** When everything in the changes of {@link changesOf} happened: a full second, and the begin of a slot of activity. */
export const CHANGES_AT = Date.UTC(2026, 0, 1);

const at = CHANGES_AT;

/** A leg that was queued, answered and finished a second apart each. */
export function legAt(begin: number): Leg {
  const step = { groupId: 'g', customerId: '', channelType: '' };
  return foldContact([
    { ...step, action: 'queued', actionTime: begin, workerId: '' },
    { ...step, action: 'answered', actionTime: begin + 1_000, workerId: 'w' },
    { ...step, action: 'finished', actionTime: begin + 2_000, workerId: 'w' },
  ]).legs[0]!;
}

export const timelineOf = (systemId: string) => ({ systemId, workerId: 'w', groupId: '' });
export const contactOf = (systemId: string) => ({ systemId, contactId: 'c' });

const status = { stateCode: 'a', stateName: 'A' };

/** One row of every kind of change, of a system of its own. */
export function changesOf(systemId: string): ProjectionChanges {
  const [timeline, contact, version] = [timelineOf(systemId), contactOf(systemId), 1];
  const row = { contact, version, deleted: false };
  return {
    ...NO_CHANGES,
    ...eventsOf(systemId),
    ...accountsOf(systemId),
    intervals: [{ timeline, version, interval: { ...status, start: at, end: at + 1_000, endedBy: 'exit' } }],
    anomalies: [{ timeline, version, deleted: false, anomaly: { at, kind: 'orphan_exit', stateCode: 'a' } }],
    heads: [
      {
        timeline,
        version,
        head: { open: { ...status, start: at }, lastReset: at, unsettledUntil: -Infinity },
      },
    ],
    legs: [{ ...row, leg: legAt(at) }],
    answeredLegs: [{ ...row, leg: legAt(at) }],
    contactAnomalies: [
      { ...row, anomaly: { at, kind: 'orphan_step', action: 'held', groupId: 'g', workerId: 'w' } },
    ],
    contactGroups: [{ systemId, groupId: 'g' }],
    directories: [directoryOf(systemId, 1)],
  };
}

/** A directory of one service, one group named `group`, and one agent. */
export function directoryOf(systemId: string, position: number, group = 'g') {
  const service = { id: 'service', name: 'S', status: 'ACTIVE' as const };
  return {
    systemId,
    position,
    receivedAt: at,
    directory: {
      services: [{ ...service, serviceGroups: [{ id: group, name: 'G', status: 'ACTIVE' as const }] }],
      agents: [{ id: 'w', name: 'W', agentGroups: [{ groupId: group }] }],
    },
  };
}

function eventsOf(systemId: string) {
  return {
    events: [{ ...timelineOf(systemId), ...status, action: 'enter' as const, actionTime: at, ...RECEIVED }],
    contactEvents: [
      {
        ...contactOf(systemId),
        ...{ groupId: 'g', workerId: '', customerId: '', channelType: '' },
        ...{ action: 'queued' as const, actionTime: at, ...RECEIVED },
      },
    ],
    deadLetters: [
      {
        ...{ id: `${systemId} letter`, receivedAt: at, type: 'status', reason: 'malformed', field: 'f' },
        ...{
          message: 'm',
          description: 'd',
          systemId,
          remoteAddress: '::1',
          bodyBytes: 3,
          bodyBase64: 'AAAA',
        },
      },
    ],
    deadLetterResends: [
      {
        ...{
          resendId: 'r',
          letterId: `${systemId} letter`,
          letterReceivedAt: at,
          systemId,
          resentAt: at + 1,
        },
        ...{ resentBy: 'k', corrected: true, outcome: 'rejected', reason: 'r', field: 'f', message: 'm' },
        description: 'd',
      },
    ],
  };
}

const RECEIVED = { receivedAt: at, position: 1 };

function accountsOf(systemId: string) {
  const position = { partition: 0, logId: 'log', offset: 7, lastRecord: 'fingerprint', metadata: '{}' };
  return {
    systems: [{ systemId, receivedAt: at }],
    activity: [{ systemId, slot: at, lastReceived: at, lastAction: at }],
    receipts: [receiptOf(systemId)],
    positions: [{ ...position, topic: `topic of ${systemId}`, rules: 'r' }],
  };
}

/** A receipt of a receiver that started when everything happened. */
export function receiptOf(systemId: string) {
  return {
    ...{ systemId, receiver: `${(at / 1_000).toString(16)}00000000`, block: 2, lastReceived: at },
    ...{ stored: 0b0011n, repeats: 0b0001n, deadLettered: 0b0100n, failed: 0b1000n, settled: 515 },
  };
}
