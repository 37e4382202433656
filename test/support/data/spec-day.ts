import { allLetters, resendLetter } from '../http/ops-client.js';
import { postContact, postStatus, putPersonnel, untilProjected } from '../http/service-client.js';

/** The system and the day of the specification's examples. */
export const SPEC_SYSTEM = 'External system';
const TEN_O_CLOCK = Date.UTC(2020, 0, 1, 10) / 1000;

/** Settings of a service that accepts events of that day. */
export const SPEC_DAY_SETTINGS = { RETENTION_DAYS: '20000', DEFAULT_SYSTEM_ID: SPEC_SYSTEM } as const;

const STATES = [
  ['Work', 1, 0],
  ['Work', 0, 300],
  ['Break', 1, 300],
  ['Break', 0, 600],
] as const;
const STEPS = ['queued', 'offered', 'answered', 'finished', 'wrapped'] as const;
const STEP_SECONDS = 20;

/**
 * Sends a service agents, states and contacts of the example's day, an agent who is working now, and defects and dead
 * letters for the operators' methods.
 */
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
  await sendDefects(url);
  await untilProjected(url);
}

/** Sends an orphan exit and an orphan step, and dead letters: not JSON, not UTF-8, and one that is rejected again. */
async function sendDefects(url: string): Promise<void> {
  const status = { systemId: SPEC_SYSTEM, workerId: '3', stateCode: 'Work', stateName: 'Work' };
  const contact = { systemId: SPEC_SYSTEM, contactId: 'c3', groupId: '1' };
  await postStatus(url, { ...status, actionTime: TEN_O_CLOCK, action: 0 });
  await postContact(url, { ...contact, actionTime: TEN_O_CLOCK, action: 'held', workerId: '3' });
  await postContact(url, { ...contact, actionTime: TEN_O_CLOCK, action: 'held' });
  await postStatus(url, '{"systemId":');
  await postStatus(url, Buffer.from([0xff, 0xfe, 0x00]));
  await postStatus(url, { ...status, stateCode: null, actionTime: TEN_O_CLOCK, action: 0 });
  await untilProjected(url);
  const letters = await allLetters(url, { reason: 'missing_field' });
  for (const { id } of letters) await resendLetter(url, id);
}
