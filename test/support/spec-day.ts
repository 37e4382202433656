import { postContact, postStatus, putPersonnel, untilProjected } from './service-client.js';

/** The system and the day of the specification's examples. */
export const SPEC_SYSTEM = 'External system';
const TEN_O_CLOCK = Date.UTC(2020, 0, 1, 10) / 1000;

/** A service that takes events of that day. */
export const SPEC_DAY_SETTINGS = { RETENTION_DAYS: '20000', DEFAULT_SYSTEM_ID: SPEC_SYSTEM } as const;

const STATES = [
  ['Work', 1, 0],
  ['Work', 0, 300],
  ['Break', 1, 300],
  ['Break', 0, 600],
] as const;
const STEPS = ['queued', 'offered', 'answered', 'finished', 'wrapped'] as const;
const STEP_SECONDS = 20;

/** Gives a service something to answer: agents, states and contacts of the example's day, and an agent who works now. */
export async function sendSpecDay(url: string): Promise<void> {
  await putPersonnel(url, {
    systemId: SPEC_SYSTEM,
    services: [
      {
        id: '1',
        name: 'Support',
        status: 'ACTIVE',
        serviceGroups: [{ id: '1', name: 'Private', status: 'ACTIVE' }],
      },
    ],
    agents: [{ id: '1', name: 'John', loginSSO: 'j.smith', agentGroups: [{ groupId: '1' }] }],
  });
  for (const workerId of ['1', '2']) {
    for (const [stateCode, action, after] of STATES) {
      const actionTime = TEN_O_CLOCK + after;
      await postStatus(url, {
        systemId: SPEC_SYSTEM,
        workerId,
        stateCode,
        stateName: stateCode,
        actionTime,
        action,
      });
    }
  }
  const now = Math.floor(Date.now() / 1000);
  await postStatus(url, {
    systemId: SPEC_SYSTEM,
    workerId: '1',
    stateCode: 'Work',
    stateName: 'Work',
    actionTime: now,
    action: 1,
  });
  for (const groupId of ['1', '2']) {
    for (const [index, action] of STEPS.entries()) {
      const actionTime = TEN_O_CLOCK + index * STEP_SECONDS;
      const workerId = action === 'queued' ? {} : { workerId: '1' };
      await postContact(url, {
        systemId: SPEC_SYSTEM,
        contactId: `c${groupId}`,
        groupId,
        actionTime,
        action,
        ...workerId,
      });
    }
  }
  await untilProjected(url);
}
