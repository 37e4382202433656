import { SPEC_EXAMPLES } from '../../libs/answers/src/answers/spec-examples.js';
import { postContact, request, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const at = (date: string) => Date.parse(date);

interface Call {
  readonly contactId: string;
  readonly groupId?: string;
  readonly workerId?: string;
  readonly customerId?: string;
  readonly channelType?: string;
}

describe('contacts', () => {
  let service: StandaloneProcess;

  beforeAll(async () => {
    service = await StandaloneProcess.start({ env: { RETENTION_DAYS: '20000' } });
  });

  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  /** Sends steps as (action, time in milliseconds), all with the worker, which actions without an agent ignore. */
  const send = async (systemId: string, call: Call, steps: readonly (readonly [string, number])[]) => {
    for (const [action, actionTime] of steps) {
      const answer = await postContact(service.url, { systemId, groupId: '1', ...call, action, actionTime });
      expect(answer.status).toBe(204);
    }
  };
  const bytesOf = async (path: string) => {
    await untilProjected(service.url);
    return (await request(`${service.url}${path}`)).body.toString();
  };
  const DAY = 'startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z';

  it('reproduce example 3.5.4 of agentCallsData byte for byte', async () => {
    const example = SPEC_EXAMPLES.AGENT_CALLS_DATA;
    let number = 0;
    for (const { agentId, groupId, agentCalls } of example) {
      for (const { startCall, endCall } of agentCalls) {
        await send('calls', { contactId: `c${number++}`, groupId, workerId: agentId }, [
          ['finished', at(endCall)],
          ['answered', at(startCall)],
          ['queued', at(startCall) - 5_000],
        ]);
      }
    }
    expect(await bytesOf(`/systems/calls/historic/agentCallsData?${DAY}&agentId=1,2`)).toBe(
      JSON.stringify(example),
    );
  });

  it('are unique once per instant: the leg that the fold begins first counts', async () => {
    const began = at('2020-01-01T12:00:00Z');
    const atOnce = (...actions: string[]) => actions.map((action) => [action, began] as const);
    const first = { contactId: 'k', customerId: 'c', workerId: 'w' };
    await send('instant', first, atOnce('queued', 'answered', 'finished', 'abandoned'));
    // The offer of group 0 leaves the queued leg unended; the answer begins another.
    const second = { contactId: 'l', customerId: 'd', workerId: 'w' };
    await send('instant', second, atOnce('queued', 'answered'));
    await send('instant', { ...second, groupId: '0' }, atOnce('offered'));
    await send('instant', second, [['finished', began + 60_000]]);
    const path = `/systems/instant/historic/serviceGroupData?${DAY}&step=60000&groupId=1`;
    expect(JSON.parse(await bytesOf(path))).toMatchObject([
      {
        historicData: [
          { notUniqueReceived: 4, notUniqueTreated: 2, receivedCalls: 2, treatedCalls: 1, missCalls: 0 },
        ],
      },
    ]);
  });

  it('reproduce the worked example 3.6.1 of agentChatsWorkTime: 4 500 000, and the rest on the next day', async () => {
    await send('worked', { contactId: 'a', workerId: '1', channelType: 'CHATS' }, [
      ['answered', at('2020-01-01T22:45:00Z')],
      ['finished', at('2020-01-01T23:02:00Z')],
    ]);
    await send('worked', { contactId: 'b', workerId: '1' }, [
      ['answered', at('2020-01-01T22:58:00Z')],
      ['finished', at('2020-01-02T00:12:00Z')],
    ]);
    await send('worked', { contactId: 'mail', workerId: '1', channelType: 'MAILS' }, [
      ['answered', at('2020-01-01T01:00:00Z')],
      ['finished', at('2020-01-01T02:00:00Z')],
    ]);
    const path = '/systems/worked/historic/agentChatsWorkTime';
    expect(await bytesOf(`${path}?${DAY}&agentId=1`)).toBe(
      '[{"agentId":"1","workDate":"2020-01-01","workTime":4500000}]',
    );
    const twoDays = 'startDate=2020-01-01T00:00:00Z&endDate=2020-01-03T00:00:00Z';
    expect(JSON.parse(await bytesOf(`${path}?${twoDays}&agentId=1`))).toEqual([
      { agentId: '1', workDate: '2020-01-01', workTime: 4_500_000 },
      { agentId: '1', workDate: '2020-01-02', workTime: 720_000 },
    ]);
  });

  it('reproduce example 3.6.4 of agentChatsWorkTime byte for byte', async () => {
    const example = [
      { agentId: '1', workDate: '2020-01-01', workTime: 3600000 },
      { agentId: '1', workDate: '2020-01-02', workTime: 300000 },
      { agentId: '2', workDate: '2020-01-01', workTime: 54000 },
    ];
    for (const { agentId, workDate, workTime } of example) {
      const start = at(`${workDate}T10:00:00Z`);
      await send('chats', { contactId: `${agentId} ${workDate}`, workerId: agentId, channelType: 'CHATS' }, [
        ['answered', start],
        ['finished', start + workTime],
      ]);
    }
    const period = 'startDate=2020-01-01T00:00:00Z&endDate=2020-01-03T00:00:00Z';
    expect(await bytesOf(`/systems/chats/historic/agentChatsWorkTime?${period}&agentId=1,2,3`)).toBe(
      JSON.stringify(example),
    );
  });

  describe('in serviceGroupData', () => {
    const ask = (system: string, query: string) =>
      request(`${service.url}/systems/${system}/historic/serviceGroupData?${query}`);

    /** Sends the contacts of one bucket: of new and of returning customers, processed and missed. */
    const bucket = async (
      groupId: string,
      start: string,
      counts: { treated: number; missed: number; treatedAgain: number; missedAgain: number },
      handling: number,
      postProcessing: number,
    ) => {
      let number = 0;
      const sendMany = async (count: number, again: boolean, end: 'finished' | 'abandoned') => {
        for (let i = 0; i < count; i++) {
          const begin = at(start) + number * 1_000;
          // A returning customer is the first one of the bucket.
          const customerId = again ? `${groupId} ${start} 0` : `${groupId} ${start} ${number}`;
          const call = { contactId: `${groupId} ${start} ${number}`, groupId, customerId, workerId: '1' };
          const steps: [string, number][] =
            end === 'abandoned'
              ? [['abandoned', begin + 7_000]]
              : [
                  ['offered', begin + 1_000],
                  ['answered', begin + 3_000],
                  ['finished', begin + 1_000 + handling],
                  ['wrapped', begin + 1_000 + handling + postProcessing],
                ];
          await send('groups', call, [['queued', begin], ...steps]);
          number++;
        }
      };
      await sendMany(counts.treated, false, 'finished');
      await sendMany(counts.missed, false, 'abandoned');
      await sendMany(counts.treatedAgain, true, 'finished');
      await sendMany(counts.missedAgain, true, 'abandoned');
    };

    const FIRST = {
      notUniqueReceived: 15,
      notUniqueTreated: 10,
      notUniqueMissed: 5,
      receivedCalls: 10,
      treatedCalls: 8,
      missCalls: 2,
      aht: 360000,
      postProcessing: 3000,
    };

    it('reproduce the first intervals of example 3.2.4, and the second as far as its figures agree', async () => {
      // In its second interval 8 + 2 of 10 contacts are decided, but only 2 + 1 of 5 unique ones.
      const second = {
        ...FIRST,
        notUniqueReceived: 10,
        notUniqueTreated: 8,
        notUniqueMissed: 2,
        receivedCalls: 5,
      };
      const SECOND = { ...second, treatedCalls: 4, missCalls: 1, aht: 451000, postProcessing: 0 };
      const interval = (startInterval: string, endInterval: string, figures: object) => ({
        startInterval,
        endInterval,
        ...figures,
      });
      for (const [groupId, hour] of [
        ['1', '00'],
        ['2', '10'],
      ] as const) {
        const first = { treated: 8, missed: 2, treatedAgain: 2, missedAgain: 3 };
        await bucket(groupId, `2020-01-01T${hour}:00:00Z`, first, 360_000, 3_000);
        const then = { treated: 4, missed: 1, treatedAgain: 4, missedAgain: 1 };
        await bucket(groupId, `2020-01-01T${hour}:05:00Z`, then, 451_000, 0);
      }
      const ofGroup = (groupId: string, hour: string) => ({
        serviceId: '1',
        groupId,
        historicData: [
          interval(`2020-01-01T${hour}:00:00Z`, `2020-01-01T${hour}:05:00Z`, FIRST),
          interval(`2020-01-01T${hour}:05:00Z`, `2020-01-01T${hour}:10:00Z`, SECOND),
        ],
      });
      const path = `/systems/groups/historic/serviceGroupData?${DAY}&step=300000&groupId=1,2,3`;
      expect(await bytesOf(path)).toBe(JSON.stringify([ofGroup('1', '00'), ofGroup('2', '10')]));
    });

    it.each([
      '',
      'step=',
      'step=0',
      'step=999',
      'step=86400001',
      'step=1e5',
      'step=-300000',
      'step=300000.5',
    ])(
      'are refused with 400 for a step that is not an integer from one second to one day: %s',
      async (step) => {
        const answer = await ask('groups', `${DAY}&groupId=1&${step}`);
        expect(answer.status).toBe(400);
        expect(answer.json()).toMatchObject({ field: 'step' });
      },
    );

    it('are counted by steps of one second and of one day', async () => {
      expect((await ask('groups', `${DAY}&groupId=1&step=1000`)).status).toBe(200);
      const day = (await ask('groups', `${DAY}&groupId=1&step=86400000`)).json() as {
        historicData: object[];
      }[];
      expect(day[0]!.historicData).toMatchObject([
        { startInterval: '2020-01-01T00:00:00Z', endInterval: '2020-01-02T00:00:00Z', notUniqueReceived: 25 },
      ]);
    });

    it('count a transfer as a new contact, ignore one that a bot closed, and count a lost end as received only', async () => {
      const begin = at('2020-01-01T12:00:00Z');
      await send('rules', { contactId: 'transferred', groupId: 'a', workerId: '1' }, [
        ['queued', begin],
        ['answered', begin + 1_000],
        ['transferred', begin + 61_000],
      ]);
      await send('rules', { contactId: 'transferred', groupId: 'b' }, [
        ['queued', begin + 61_000],
        ['abandoned', begin + 90_000],
      ]);
      await send('rules', { contactId: 'bot', groupId: 'a' }, [
        ['queued', begin],
        ['bot_closed', begin + 5_000],
      ]);
      await send('rules', { contactId: 'lost end', groupId: 'a' }, [['queued', begin]]);
      await send('rules', { contactId: 'lost end', groupId: 'c' }, [['queued', begin + 9_000]]);
      await untilProjected(service.url);
      const answer = (await ask('rules', `${DAY}&step=3600000&groupId=a,b,c`)).json() as {
        groupId: string;
        historicData: Record<string, number>[];
      }[];
      const figures = answer.map(({ groupId, historicData: [figure] }) => [
        groupId,
        figure!['notUniqueReceived'],
        figure!['notUniqueTreated'],
        figure!['notUniqueMissed'],
      ]);
      expect(figures).toEqual([
        ['a', 2, 1, 0],
        ['b', 1, 0, 1],
        ['c', 1, 0, 0],
      ]);
    });
  });

  it('are validated like status events: actions of agents require an agent', async () => {
    const step = { systemId: 's', contactId: '1', groupId: '1', actionTime: at('2020-01-01T00:00:00Z') };
    const strict = { prefer: 'handling=strict' };
    const answered = await postContact(service.url, { ...step, action: 'answered' }, strict);
    expect(answered.status).toBe(400);
    expect(answered.json()).toMatchObject({ field: 'workerId' });
    const unknown = await postContact(service.url, { ...step, action: 'dropped' }, strict);
    expect(unknown.json()).toMatchObject({ field: 'action' });
    expect((await postContact(service.url, { ...step, action: 'queued', contactId: 7 }, strict)).status).toBe(
      204,
    );
  });
});
