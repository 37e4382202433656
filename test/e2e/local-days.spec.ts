import { postContact, request, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

describe('local days', () => {
  let service: StandaloneProcess;

  const start = async (timeZone: string) => {
    service = await StandaloneProcess.start({ env: { RETENTION_DAYS: '20000', TIME_ZONE: timeZone } });
  };
  afterEach(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  const send = (contactId: string, action: string, date: string) =>
    postContact(service.url, {
      ...{ systemId: 's', contactId, groupId: '1', workerId: '1', customerId: 'returning' },
      action,
      actionTime: Date.parse(date),
    });
  const get = async (path: string) => {
    await untilProjected(service.url);
    return (await request(`${service.url}/historic/${path}`)).json();
  };

  it('of 23 hours have the right borders, and steps count from their start', async () => {
    await start('Europe/Berlin');
    // 29 March 2020 lasted from 23:00Z to 22:00Z.
    await send('1', 'queued', '2020-03-29T21:59:59Z');
    await send('1', 'answered', '2020-03-28T22:00:00Z');
    await send('1', 'answered', '2020-03-29T21:59:59Z');
    await send('1', 'finished', '2020-03-29T23:00:00Z');
    const period = 'startDate=2020-03-28T23:00:00Z&endDate=2020-03-30T22:00:00Z';
    expect(await get(`serviceGroupData?${period}&step=18000000&groupId=1`)).toMatchObject([
      { historicData: [{ startInterval: '2020-03-29T19:00:00Z', endInterval: '2020-03-29T22:00:00Z' }] },
    ]);
    expect(await get(`agentChatsWorkTime?${period}&agentId=1`)).toEqual([
      { agentId: '1', workDate: '2020-03-29', workTime: 1_000 },
      { agentId: '1', workDate: '2020-03-30', workTime: 3_600_000 },
    ]);
  });

  it('of 25 hours include the extra hour, in which a returning customer is not new', async () => {
    await start('Europe/Berlin');
    // 25 October 2020 lasted from 22:00Z to 23:00Z.
    await send('1', 'queued', '2020-10-24T22:00:00Z');
    await send('2', 'queued', '2020-10-25T22:59:59Z');
    await send('3', 'queued', '2020-10-25T23:00:00Z');
    await send('4', 'answered', '2020-10-24T21:00:00Z');
    await send('4', 'finished', '2020-10-26T00:00:00Z');
    const period = 'startDate=2020-10-24T22:00:00Z&endDate=2020-10-26T23:00:00Z';
    const figures = { notUniqueReceived: 1, receivedCalls: 1 };
    expect(await get(`serviceGroupData?${period}&step=86400000&groupId=1`)).toMatchObject([
      {
        historicData: [
          { startInterval: '2020-10-24T22:00:00Z', endInterval: '2020-10-25T22:00:00Z', ...figures },
          {
            startInterval: '2020-10-25T22:00:00Z',
            endInterval: '2020-10-25T23:00:00Z',
            notUniqueReceived: 1,
            receivedCalls: 0,
          },
          { startInterval: '2020-10-25T23:00:00Z', endInterval: '2020-10-26T23:00:00Z', ...figures },
        ],
      },
    ]);
    expect(await get(`agentChatsWorkTime?${period}&agentId=1`)).toEqual([
      { agentId: '1', workDate: '2020-10-25', workTime: 90_000_000 },
      { agentId: '1', workDate: '2020-10-26', workTime: 3_600_000 },
    ]);
  });

  it('of a zone 5:45 ahead begin at 18:15 UTC on the previous day', async () => {
    await start('Asia/Kathmandu');
    await send('1', 'queued', '2020-01-01T18:14:59Z');
    await send('2', 'queued', '2020-01-01T18:15:00Z');
    await send('3', 'answered', '2020-01-01T18:00:00Z');
    await send('3', 'finished', '2020-01-01T18:30:00Z');
    const period = 'startDate=2020-01-01T18:05:00Z&endDate=2020-01-02T18:15:00Z';
    expect(await get(`serviceGroupData?${period}&step=3600000&groupId=1`)).toMatchObject([
      {
        historicData: [
          { startInterval: '2020-01-01T17:15:00Z', endInterval: '2020-01-01T18:15:00Z' },
          { startInterval: '2020-01-01T18:15:00Z', endInterval: '2020-01-01T19:15:00Z' },
        ],
      },
    ]);
    expect(await get(`agentChatsWorkTime?${period}&agentId=1`)).toEqual([
      { agentId: '1', workDate: '2020-01-01', workTime: 600_000 },
      { agentId: '1', workDate: '2020-01-02', workTime: 900_000 },
    ]);
  });
});
