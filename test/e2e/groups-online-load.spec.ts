import {
  postContact,
  postStatus,
  putPersonnel,
  request,
  untilProjected,
} from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/**
 * A zone in which it is now between 10:00 and 14:00, so that "today" extends some hours into past and future whenever
 * this runs.
 */
function zoneAround(hour: number): string {
  const offset = (((hour - new Date().getUTCHours()) % 24) + 24) % 24;
  // These names use POSIX signs: Etc/GMT-5 is five hours ahead.
  if (offset === 0) return 'UTC';
  return offset <= 12 ? `Etc/GMT-${offset}` : `Etc/GMT+${24 - offset}`;
}

interface Load {
  readonly serviceId: string;
  readonly groupId: string;
}

describe('groupsOnlineLoad', () => {
  let service: StandaloneProcess;
  let now: number;
  /** Some hours before today's local midnight. */
  let yesterday: number;

  beforeAll(async () => {
    service = await StandaloneProcess.start({ env: { TIME_ZONE: zoneAround(12) } });
    now = Math.floor(Date.now() / SECOND) * SECOND;
    yesterday = now - 15 * HOUR;
  });

  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  const ask = async (systemId: string, groups: string) => {
    await untilProjected(service.url);
    return request(
      `${service.url}/systems/${systemId}/online/groupsOnlineLoad?groupId=${encodeURIComponent(groups)}`,
    );
  };
  const loadOf = async (systemId: string, groups: string) => (await ask(systemId, groups)).json() as Load[];
  const put = async (systemId: string, directory: object) =>
    expect((await putPersonnel(service.url, { systemId, ...directory })).status).toBe(204);
  let contacts = 0;
  /** Sends the steps of a contact as (action, time, worker). */
  const send = async (
    systemId: string,
    groupId: string,
    steps: readonly (readonly [action: string, actionTime: number, workerId?: string])[],
    contactId = `c${contacts++}`,
  ) => {
    for (const [action, actionTime, workerId] of steps) {
      const answer = await postContact(service.url, {
        systemId,
        contactId,
        groupId,
        action,
        actionTime,
        workerId,
      });
      expect(answer.status).toBe(204);
    }
  };
  const enter = async (systemId: string, workerId: string, actionTime: number, more: object = {}) => {
    const event = { systemId, workerId, stateCode: 'Ready', stateName: 'R', actionTime, action: 1, ...more };
    expect((await postStatus(service.url, event)).status).toBe(204);
  };

  const NOTHING = {
    callNumber: 0,
    operatorNumber: 0,
    callReceived: 0,
    aht: 0,
    acd: 0,
    awt: 0,
    callAnswered: 0,
    callAnsweredTst: 0,
    callProcessing: 0,
  };

  it('reproduces example 4.3.4 where its figures are consistent, and follows the rules where they are not', async () => {
    await put('example', {
      services: [
        {
          id: '1',
          name: 'External system',
          status: 'ACTIVE',
          serviceGroups: ['1', '2'].map((id) => ({ id, name: id, status: 'ACTIVE' })),
        },
      ],
      agents: ['a', 'b'].map((id) => ({ id, name: id, agentGroups: [{ groupId: '1' }] })),
    });
    await enter('example', 'a', now - HOUR);
    const start = now - HOUR;
    const processed = (groupId: string, waited: number, talked: number, wait = waited) =>
      send('example', groupId, [
        ['queued', start],
        ['offered', start + wait * SECOND, 'x'],
        ['answered', start + waited * SECOND, 'x'],
        ['finished', start + (waited + talked) * SECOND, 'x'],
      ]);
    // Group 1: 100 received, 10 processed (one of them within 20 s), 5 in the queue, 1 being processed, 84 abandoned.
    await processed('1', 20, 360);
    for (let i = 0; i < 9; i++) await processed('1', 21, 360, 20);
    for (let i = 0; i < 5; i++) await send('example', '1', [['queued', start]]);
    await send('example', '1', [
      ['queued', start],
      ['answered', start + 20 * SECOND, 'b'],
    ]);
    await Promise.all(
      Array.from({ length: 84 }, () =>
        send('example', '1', [
          ['queued', start],
          ['abandoned', start + 20 * SECOND],
        ]),
      ),
    );
    // Group 2: 6 received, so 3 in the queue and 1 being processed leave 2, and somebody is processing that one.
    await processed('2', 2, 36);
    await processed('2', 21, 36, 2);
    for (let i = 0; i < 3; i++) await send('example', '2', [['queued', start]]);
    await send('example', '2', [
      ['queued', start],
      ['answered', start + 2 * SECOND, 'c'],
    ]);

    const answer = await ask('example', '2,1');
    expect(answer.body.toString()).toBe(
      JSON.stringify([
        {
          serviceId: '1',
          groupId: '1',
          callNumber: 5,
          operatorNumber: 2,
          callReceived: 100,
          aht: 360_000,
          acd: 10,
          awt: 20_000,
          callAnswered: 10,
          callAnsweredTst: 1,
          callProcessing: 1,
        },
        {
          serviceId: '1',
          groupId: '2',
          callNumber: 3,
          operatorNumber: 1,
          callReceived: 6,
          aht: 36_000,
          acd: 33.333333333333336,
          awt: 2_000,
          callAnswered: 2,
          callAnsweredTst: 1,
          callProcessing: 1,
        },
      ]),
    );
  });

  it('knows a group from a service, an agent or a contact, and leaves out all others', async () => {
    await put('known', {
      services: [
        {
          id: 's',
          name: 's',
          status: 'ACTIVE',
          serviceGroups: [{ id: 'service', name: 'g', status: 'INACTIVE' }],
        },
      ],
      agents: [{ id: 'a', name: 'a', agentGroups: [{ groupId: 'agent' }] }],
    });
    await send('known', 'contact', [['finished', now - HOUR, 'a']]);
    expect(await loadOf('known', ' contact ,agent,service,other,service')).toEqual([
      { serviceId: '1', groupId: 'agent', ...NOTHING },
      { serviceId: '1', groupId: 'contact', ...NOTHING },
      { serviceId: 's', groupId: 'service', ...NOTHING },
    ]);
    await put('known', { services: [], agents: [] });
    expect((await loadOf('known', 'contact,agent,service')).map(({ groupId }) => groupId)).toEqual([
      'contact',
    ]);
  });

  it('answers 404 if no requested group is known, and 400 if none is requested', async () => {
    await put('empty', { services: [] });
    expect((await ask('empty', '1,2')).status).toBe(404);
    expect((await ask('nobody', '1')).status).toBe(404);
    const answer = await ask('empty', ' , ');
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ field: 'groupId' });
  });

  it('counts running contacts whenever they began, and ended ones only if they ended today', async () => {
    await send('days', 'g', [['queued', yesterday]]);
    await send('days', 'g', [
      ['queued', yesterday],
      ['answered', yesterday + HOUR, 'w'],
    ]);
    await send('days', 'g', [
      ['queued', yesterday],
      ['answered', yesterday + SECOND, 'w'],
      ['finished', now - HOUR, 'w'],
    ]);
    await send('days', 'g', [
      ['queued', now - HOUR],
      ['abandoned', now - HOUR + 10 * SECOND],
    ]);
    expect(await loadOf('days', 'g')).toEqual([
      {
        serviceId: '1',
        groupId: 'g',
        ...NOTHING,
        callNumber: 1,
        callProcessing: 1,
        operatorNumber: 1,
        callReceived: 1,
        awt: 10_000,
      },
    ]);
  });

  it('gives up a leg that nobody touched for a day, but not one touched since', async () => {
    const DAY = 24 * HOUR;
    await send('old', 'left', [['queued', now - DAY - SECOND]]);
    await send('old', 'left', [
      ['queued', now - 2 * DAY],
      ['answered', now - DAY - SECOND, 'w'],
    ]);
    await send('old', 'touched', [
      ['queued', now - 3 * DAY],
      ['answered', now - 2 * DAY, 'w'],
      ['held', now - DAY + HOUR, 'w'],
    ]);
    expect(await loadOf('old', 'left,touched')).toEqual([
      { serviceId: '1', groupId: 'left', ...NOTHING },
      { serviceId: '1', groupId: 'touched', ...NOTHING, callProcessing: 1, operatorNumber: 1 },
    ]);
  });

  it('counts an unended leg as received only', async () => {
    await send('unended', 'first', [['queued', now - HOUR]], 'moved');
    await send('unended', 'second', [['queued', now - HOUR + SECOND]], 'moved');
    expect(await loadOf('unended', 'first,second')).toEqual([
      { serviceId: '1', groupId: 'first', ...NOTHING, callReceived: 1 },
      { serviceId: '1', groupId: 'second', ...NOTHING, callReceived: 1, callNumber: 1 },
    ]);
  });

  it('counts each present agent once, and none that is offline, gone, unknown or of another group', async () => {
    const agent = (id: string, ...groups: string[]) => ({
      id,
      name: id,
      agentGroups: groups.map((groupId) => ({ groupId })),
    });
    await put('operators', {
      agents: [
        agent('there', 'g', 'h'),
        agent('busy and there', 'g'),
        agent('offline', 'g'),
        agent('gone', 'g'),
        agent('forgotten', 'g'),
        agent('elsewhere', 'h'),
        agent('back', 'g'),
      ],
    });
    await enter('operators', 'there', now - HOUR, { groupId: 'h' });
    await enter('operators', 'busy and there', now - HOUR);
    await enter('operators', 'offline', now - HOUR, { stateCode: 'Offline' });
    await enter('operators', 'gone', now - HOUR);
    await enter('operators', 'gone', now - HOUR + SECOND, { action: 0 });
    await enter('operators', 'forgotten', now - 13 * HOUR);
    await enter('operators', 'elsewhere', now - HOUR);
    await enter('operators', 'stranger', now - HOUR);
    await enter('operators', 'back', now - HOUR, { stateCode: 'Offline', groupId: 'g' });
    await enter('operators', 'back', now - HOUR + SECOND);
    await send('operators', 'g', [['answered', now - HOUR, 'busy and there']]);
    await send('operators', 'g', [['answered', now - HOUR, 'busy stranger']]);
    await send('operators', 'g', [
      ['answered', now - HOUR, 'done stranger'],
      ['finished', now - HOUR + SECOND, 'done stranger'],
    ]);
    const load = (await loadOf('operators', 'g,h')) as (Load & { operatorNumber: number })[];
    // g: there, busy and there, back, busy stranger. h: there, elsewhere.
    expect(load.map(({ groupId, operatorNumber }) => [groupId, operatorNumber])).toEqual([
      ['g', 4],
      ['h', 2],
    ]);
  });

  it('rounds half up, and infers a lost answer and a lost queue step', async () => {
    const start = now - HOUR;
    // Talks of 1 ms and 2 ms; the answer of the second was lost and is inferred from its offer. Waits of 3, 0 and 4 ms.
    await send('rounded', 'g', [
      ['queued', start],
      ['answered', start + 3, 'w'],
      ['finished', start + 4, 'w'],
    ]);
    await send('rounded', 'g', [
      ['offered', start, 'w'],
      ['finished', start + 2, 'w'],
    ]);
    await send('rounded', 'g', [
      ['queued', start],
      ['offered', start + 4, 'w'],
    ]);
    expect(await loadOf('rounded', 'g')).toEqual([
      {
        serviceId: '1',
        groupId: 'g',
        ...NOTHING,
        callNumber: 1,
        callReceived: 3,
        callAnswered: 2,
        callAnsweredTst: 2,
        aht: 2,
        awt: 2,
        acd: 66.66666666666667,
      },
    ]);
  });
});

describe('groupsOnlineLoad with other rules', () => {
  it('gives up legs of today after CONTACT_MAX_AGE_SECONDS, and applies SERVICE_LEVEL_SECONDS', async () => {
    const service = await StandaloneProcess.start({
      env: { TIME_ZONE: zoneAround(12), CONTACT_MAX_AGE_SECONDS: '3600', SERVICE_LEVEL_SECONDS: '5' },
    });
    const now = Math.floor(Date.now() / SECOND) * SECOND;
    let contacts = 0;
    const send = async (...steps: (readonly [action: string, actionTime: number])[]) => {
      const contactId = String(contacts++);
      for (const [action, actionTime] of steps) {
        const step = { systemId: 's', contactId, groupId: 'g', workerId: 'w', action, actionTime };
        expect((await postContact(service.url, step)).status).toBe(204);
      }
    };
    await send(['queued', now - 2 * HOUR]);
    await send(['queued', now - 2 * HOUR], ['held', now - HOUR / 2]);
    await send(
      ['queued', now - 2 * HOUR],
      ['answered', now - 2 * HOUR + 5 * SECOND],
      ['finished', now - 2 * HOUR + 9 * SECOND],
    );
    await send(
      ['queued', now - 2 * HOUR],
      ['answered', now - 2 * HOUR + 6 * SECOND],
      ['finished', now - 2 * HOUR + 9 * SECOND],
    );
    await send(
      ['queued', now - 2 * HOUR],
      ['queued', now - 2 * HOUR + SECOND],
      ['abandoned', now - 2 * HOUR + 2 * SECOND],
    );
    await untilProjected(service.url);
    const answer = await request(`${service.url}/online/groupsOnlineLoad?groupId=g`);
    expect(answer.json()).toMatchObject([
      { callReceived: 4, callNumber: 1, callAnswered: 2, callAnsweredTst: 1, callProcessing: 0 },
    ]);
    await service.stop();
    removeTemporaryDirectories();
  });
});
