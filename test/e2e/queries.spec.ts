import { postStatus, request, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

/** A recent midnight, so long ago that everything below is in the past. */
const DAY = 86_400;
const MIDNIGHT = Math.floor(Date.now() / 1000 / DAY) * DAY - 3 * DAY;

const iso = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

interface Spell {
  readonly workerId: string;
  readonly groupId?: string;
  readonly stateCode: string;
  readonly stateName?: string;
  readonly from: number;
  readonly to?: number;
}

describe('queries', () => {
  let service: StandaloneProcess;

  beforeAll(async () => {
    service = await StandaloneProcess.start();
  });

  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  const send = async (systemId: string, spells: readonly Spell[]) => {
    for (const { from, to, stateName = 'Name', ...state } of spells) {
      await postStatus(service.url, { systemId, ...state, stateName, actionTime: from, action: 1 });
      if (to === undefined) continue;
      await postStatus(service.url, { systemId, ...state, stateName, actionTime: to, action: 0 });
    }
    await untilProjected(service.url);
  };
  const get = (path: string) => request(`${service.url}${path}`);
  const historic = (
    method: string,
    systemId: string,
    agents: readonly string[],
    start: number | string,
    end: number | string,
  ) => {
    const date = (value: number | string) => (typeof value === 'number' ? iso(value) : value);
    return get(
      `/systems/${encodeURIComponent(systemId)}/historic/${method}?startDate=${date(start)}&endDate=${date(end)}` +
        `&agentId=${agents.map(encodeURIComponent).join(',')}`,
    );
  };
  interface AgentStates {
    agentId: string;
    groupId?: string;
    states: { startDate: string; endDate: string; stateCode: string }[];
  }
  const statesOf = async (systemId: string, agents: readonly string[], start: number, end: number) => {
    const answer = await historic('agentStatusData', systemId, agents, start, end);
    return answer.status === 404 ? [] : (answer.json() as AgentStates[]);
  };
  const codesOf = async (systemId: string, start: number, end: number) =>
    (await statesOf(systemId, ['1'], start, end)).flatMap(({ states }) =>
      states.map(({ stateCode }) => stateCode),
    );
  const expectError = (answer: Awaited<ReturnType<typeof get>>, status: number, field: string) => {
    expect(answer.status).toBe(status);
    const body = answer.json() as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['field', 'message', 'description']);
    expect(body['field']).toBe(field);
    expect(body['message']).toMatch(/./);
    expect(body['description']).toMatch(/./);
  };

  describe('by period', () => {
    const hour = (n: number) => MIDNIGHT + n * 3600;

    beforeAll(() =>
      send('borders', [
        { workerId: '1', stateCode: 'ends at the start', from: hour(8), to: hour(10) },
        { workerId: '1', stateCode: 'within', from: hour(10), to: hour(11) },
        { workerId: '1', stateCode: 'ends at the end', from: hour(11), to: hour(12) },
        { workerId: '1', stateCode: 'starts at the end', from: hour(12), to: hour(13) },
        { workerId: '2', stateCode: 'covers', from: hour(1), to: hour(20) },
        { workerId: '3', stateCode: 'empty', from: hour(10), to: hour(10) },
        { workerId: '3', stateCode: 'empty', from: hour(12), to: hour(12) },
        { workerId: '4', stateCode: 'open', from: hour(11) },
      ]),
    );

    it('include a start from the start until before the end, and an end after the start up to the end', async () => {
      expect(await codesOf('borders', hour(10), hour(12))).toEqual(['within', 'ends at the end']);
    });

    it('return an interval that began before the period and ends in it whole', async () => {
      const [agent] = await statesOf('borders', ['1'], hour(9), hour(10));
      expect(agent!.states).toMatchObject([{ startDate: iso(hour(8)), endDate: iso(hour(10)) }]);
    });

    it('omit an interval that covers the period and one that is open', async () => {
      expect(await statesOf('borders', ['2', '4'], hour(10), hour(12))).toEqual([]);
      expectError(await historic('agentStatusData', 'borders', ['2', '4'], hour(10), hour(12)), 404, '');
    });

    it('return an interval of zero length if its start or its end falls within', async () => {
      const starts = async (from: number, to: number) =>
        (await statesOf('borders', ['3'], from, to)).flatMap(({ states }) => states.map((s) => s.startDate));
      expect(await starts(hour(10), hour(11))).toEqual([iso(hour(10))]);
      expect(await starts(hour(11), hour(12))).toEqual([iso(hour(12))]);
      expect(await starts(hour(10), hour(12))).toEqual([iso(hour(10)), iso(hour(12))]);
    });
  });

  it('find an interval of a hundred days by its end, however long before the period it began', async () => {
    const from = MIDNIGHT - 200 * DAY;
    const to = from + 100 * DAY + 1;
    await send('long', [{ workerId: '1', stateCode: 'Sabbatical', from, to }]);
    expect(await codesOf('long', from + 100 * DAY, from + 101 * DAY)).toEqual(['Sabbatical']);
    expect(await codesOf('long', from, from + 1)).toEqual(['Sabbatical']);
    expect(await codesOf('long', from + 50 * DAY, from + 60 * DAY)).toEqual([]);
  });

  it('accept 5 000 agents in one GET, and a request line of 256 KiB', async () => {
    await send('many', [
      { workerId: 'agent-0', stateCode: 'Work', from: MIDNIGHT, to: MIDNIGHT + 60 },
      { workerId: 'agent-4999', stateCode: 'Work', from: MIDNIGHT, to: MIDNIGHT + 60 },
    ]);
    const found = async (agents: readonly string[]) =>
      (await statesOf('many', agents, MIDNIGHT, MIDNIGHT + DAY)).map(({ agentId }) => agentId);
    const agents = Array.from({ length: 5_000 }, (_, i) => `agent-${i}`);
    expect(await found(agents)).toEqual(['agent-0', 'agent-4999']);
    const padded = Array.from({ length: 5_023 }, (_, i) =>
      i === 0 ? 'agent-0' : `agent-${i}-`.padEnd(51, 'x'),
    );
    const line = `GET /systems/many/historic/agentStatusData?startDate=${iso(MIDNIGHT)}&endDate=${iso(MIDNIGHT)}&agentId=${padded.join(',')} HTTP/1.1`;
    expect(line.length).toBeGreaterThan(255 * 1024);
    expect(await found(padded)).toEqual(['agent-0']);
  });

  describe('with dates', () => {
    beforeAll(() => send('dates', [{ workerId: '1', stateCode: 'Work', from: MIDNIGHT, to: MIDNIGHT + 60 }]));

    const status = async (start: string, end: string) =>
      (await historic('agentStatusData', 'dates', ['1'], start, end)).status;

    it.each([
      ['Z', iso(MIDNIGHT), iso(MIDNIGHT + 1)],
      ['an offset', iso(MIDNIGHT + 3 * 3600).replace('Z', '%2B03:00'), iso(MIDNIGHT + 1)],
      ['an unencoded plus', iso(MIDNIGHT + 3 * 3600).replace('Z', '+03:00'), iso(MIDNIGHT + 1)],
      ['a negative offset', iso(MIDNIGHT - 3 * 3600).replace('Z', '-03:00'), iso(MIDNIGHT + 1)],
      ['milliseconds', iso(MIDNIGHT).replace('Z', '.000Z'), iso(MIDNIGHT).replace('Z', '.001Z')],
    ])('accept %s', async (_how, start, end) => {
      expect(await status(start, end)).toBe(200);
    });

    it.each([
      ['no zone', '2020-01-01T00:00:00'],
      ['a day only', '2020-01-01'],
      ['no such day', '2021-02-29T00:00:00Z'],
      ['no such hour', '2020-01-01T24:00:01Z'],
      ['no such offset', '2020-01-01T00:00:00%2B25:00'],
      ['words', 'yesterday'],
      ['nothing', ''],
      ['a number', '1577836800'],
    ])('answer 400 naming the field for %s', async (_how, date) => {
      expectError(await historic('agentStatusData', 'dates', ['1'], date, iso(MIDNIGHT)), 400, 'startDate');
      expectError(
        await historic('agentLoginData', 'dates', ['1'], '1999-01-01T00:00:00Z', date),
        400,
        'endDate',
      );
    });

    it('answer 400 on endDate if the end is not after the start', async () => {
      expectError(await historic('agentStatusData', 'dates', ['1'], MIDNIGHT, MIDNIGHT), 400, 'endDate');
    });
  });

  describe('with lists', () => {
    const period = `startDate=${iso(MIDNIGHT)}&endDate=${iso(MIDNIGHT + DAY)}`;
    const ask = (query: string) => get(`/systems/lists/historic/agentStatusData?${period}${query}`);

    beforeAll(() => send('lists', [{ workerId: '1', stateCode: 'Work', from: MIDNIGHT, to: MIDNIGHT + 60 }]));

    it('trim the items and drop repeats', async () => {
      expect((await ask('&agentId=%201%20,,1,1')).json()).toHaveLength(1);
      expect((await ask('&agentId=2&agentId=1')).json()).toHaveLength(1);
    });

    it.each(['', '&agentId=', '&agentId=,%20,'])('answer 400 to an empty list: %s', async (query) => {
      expectError(await ask(query), 400, 'agentId');
    });

    it('treat the items as values only', async () => {
      const ids = [`' OR 1=1 --`, `\\`, `'`, `"`, `{agents:String}`, `%`, `1') UNION ALL SELECT 1 --`];
      for (const id of ids) expect((await ask(`&agentId=${encodeURIComponent(id)}`)).status).toBe(404);
      await send(
        'odd',
        ids.map((workerId) => ({ workerId, stateCode: 'W', from: MIDNIGHT, to: MIDNIGHT + 1 })),
      );
      const found = await statesOf('odd', ids, MIDNIGHT, MIDNIGHT + DAY);
      expect(found.map(({ agentId }) => agentId).sort()).toEqual([...ids].sort());
    });
  });

  it('order by the UTF-8 bytes of agent, group and start, no group first, and return identical bytes each time', async () => {
    const agents = ['\u{1f600}', 'a', '\uff5e', 'Z', '10', '2'];
    const spells = agents.flatMap((workerId) =>
      ['b', '\u{1f600}', '\uff5e', undefined].map((groupId) => ({
        workerId,
        ...(groupId === undefined ? {} : { groupId }),
        stateCode: 'W',
        from: MIDNIGHT,
        to: MIDNIGHT + 1,
      })),
    );
    await send('order', spells);
    const ask = () => historic('agentStatusData', 'order', agents, MIDNIGHT, MIDNIGHT + DAY);
    const [first, second] = [await ask(), await ask()];
    expect(first.body.equals(second.body)).toBe(true);
    const found = (first.json() as AgentStates[]).map(({ agentId, groupId }) => [agentId, groupId]);
    expect(found).toEqual(
      ['10', '2', 'Z', 'a', '\uff5e', '\u{1f600}'].flatMap((agent) =>
        [undefined, 'b', '\uff5e', '\u{1f600}'].map((group) => [agent, group]),
      ),
    );
  });

  it('include milliseconds only if they are not zero', async () => {
    const ms = MIDNIGHT * 1000;
    for (const [actionTime, action] of [
      [ms + 7, 1],
      [ms + 2_000, 0],
    ]) {
      await postStatus(service.url, {
        ...{ systemId: 'ms', workerId: '1', stateCode: 'W', stateName: 'W' },
        actionTime,
        action,
      });
    }
    await untilProjected(service.url);
    const [agent] = await statesOf('ms', ['1'], MIDNIGHT, MIDNIGHT + DAY);
    expect(agent!.states).toMatchObject([
      { startDate: iso(MIDNIGHT).replace('Z', '.007Z'), endDate: iso(MIDNIGHT + 2) },
    ]);
  });

  describe('of agentStatus', () => {
    const now = Math.floor(Date.now() / 1000);

    it('return the open state with the latest start, unless it is offline or too old', async () => {
      await send('online', [
        { workerId: 'two timelines', stateCode: 'Early', from: now - 100 },
        { workerId: 'two timelines', groupId: 'g', stateCode: 'Late', from: now - 50 },
        { workerId: 'same start', groupId: 'b', stateCode: 'B', from: now - 50 },
        { workerId: 'same start', groupId: 'a', stateCode: 'A', from: now - 50 },
        { workerId: 'offline last', stateCode: 'Work', from: now - 100 },
        { workerId: 'offline last', groupId: 'g', stateCode: 'Offline', from: now - 50 },
        { workerId: 'left', stateCode: 'Work', from: now - 100, to: now - 50 },
        { workerId: 'stale', stateCode: 'Work', from: now - 43_300 },
        { workerId: 'not quite stale', stateCode: 'Work', from: now - 43_000 },
      ]);
      const answer = (await get('/systems/online/online/agentStatus')).json() as {
        agentId: string;
        stateCode: string;
      }[];
      expect(answer.map(({ agentId, stateCode }) => [agentId, stateCode])).toEqual([
        ['not quite stale', 'Work'],
        ['same start', 'A'],
        ['two timelines', 'Late'],
      ]);
    });
  });

  describe('of agentLoginData', () => {
    const at = (n: number) => MIDNIGHT + n;
    const loginsOf = async (start: number, end: number) => {
      const answer = await historic('agentLoginData', 'logins', ['1', '2', '3', '4', '5'], start, end);
      return answer.status === 404
        ? []
        : (answer.json() as { agentId: string; logins: { loginDate: string; logoutDate: string }[] }[]).map(
            ({ agentId, logins }) => [
              agentId,
              logins.map(({ loginDate, logoutDate }) => [loginDate, logoutDate]),
            ],
          );
    };

    beforeAll(() =>
      send('logins', [
        { workerId: '1', stateCode: 'Work', from: at(0), to: at(100) },
        { workerId: '1', groupId: 'g', stateCode: 'Work', from: at(160), to: at(200) },
        { workerId: '1', stateCode: 'Offline', from: at(200), to: at(230) },
        { workerId: '1', stateCode: 'Work', from: at(261), to: at(300) },
        { workerId: '2', stateCode: 'Work', from: at(-20 * DAY), to: at(50) },
        { workerId: '3', stateCode: 'Work', from: at(0), to: at(10) },
        { workerId: '3', stateCode: 'Break', from: at(20) },
        { workerId: '4', stateCode: 'Work', from: at(10), to: at(10) },
        { workerId: '5', stateCode: 'Work', from: at(-DAY) },
        { workerId: '5', stateCode: 'Break', from: at(30), to: at(40) },
      ]),
    );

    it('join stays of all timelines up to the gap, leave out offline states, and skip running sessions', async () => {
      expect(await loginsOf(at(0), at(DAY))).toEqual([
        [
          '1',
          [
            [iso(at(0)), iso(at(200))],
            [iso(at(261)), iso(at(300))],
          ],
        ],
        ['2', [[iso(at(-20 * DAY)), iso(at(50))]]],
        ['4', [[iso(at(10)), iso(at(10))]]],
        ['5', [[iso(at(30)), iso(at(40))]]],
      ]);
    });

    it('return a session by its login or its logout alone, and omit one that covers the period', async () => {
      expect(await loginsOf(at(-20 * DAY), at(-19 * DAY))).toEqual([
        ['2', [[iso(at(-20 * DAY)), iso(at(50))]]],
      ]);
      expect(await loginsOf(at(-10 * DAY), at(-9 * DAY))).toEqual([]);
    });

    it('treat an unterminated state as an instant at its start', async () => {
      expect(await loginsOf(at(-DAY), at(-DAY) + 1)).toEqual([['5', [[iso(at(-DAY)), iso(at(-DAY))]]]]);
    });
  });

  describe('of a system', () => {
    it('require its name if there are several, and accept any name', async () => {
      expectError(await get('/online/agentStatus'), 400, 'systemId');
      const period = `startDate=${iso(MIDNIGHT)}&endDate=${iso(MIDNIGHT + DAY)}&agentId=1`;
      expectError(await get(`/historic/agentStatusData?${period}`), 400, 'systemId');
      const name = 'a/b c?ü%';
      await send(name, [{ workerId: '1', stateCode: 'W', from: MIDNIGHT, to: MIDNIGHT + 1 }]);
      expect(await statesOf(name, ['1'], MIDNIGHT, MIDNIGHT + DAY)).toHaveLength(1);
    });

    it('answer 404 if it is unknown', async () => {
      expectError(await get('/systems/unknown/online/agentStatus'), 404, '');
    });

    it('use the only one, or the default', async () => {
      const event = { workerId: '1', stateCode: 'W', stateName: 'W', actionTime: MIDNIGHT, action: 1 };
      const path = `/historic/agentStatusData?startDate=${iso(MIDNIGHT)}&endDate=${iso(MIDNIGHT + DAY)}&agentId=1`;
      const fresh = await StandaloneProcess.start({ env: { DEFAULT_SYSTEM_ID: 'second' } });
      const { dataDirectory } = fresh;
      const ask = async (url: string) => (await request(`${url}${path}`)).status;
      expect(await ask(fresh.url)).toBe(404);
      await postStatus(fresh.url, { systemId: 'first', ...event });
      await postStatus(fresh.url, { systemId: 'first', ...event, actionTime: MIDNIGHT + 1, action: 0 });
      await untilProjected(fresh.url);
      expect(await ask(fresh.url)).toBe(404);
      await fresh.stop();
      const withoutDefault = await StandaloneProcess.start({ dataDirectory });
      expect(await ask(withoutDefault.url)).toBe(200);
      await withoutDefault.stop();
    });

    it('answer 404 before anything was sent', async () => {
      const empty = await StandaloneProcess.start();
      expectError(await request(`${empty.url}/online/agentStatus`), 404, '');
      await empty.stop();
    });
  });

  it('answer an unknown path with a 404 in the same form', async () => {
    expectError(await get('/historic/nothing'), 404, '');
  });
});
