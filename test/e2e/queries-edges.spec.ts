import { connect } from 'node:net';
import { once } from 'node:events';
import { postStatus, request, untilProjected, type Answer } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A recent midnight in milliseconds, so long ago that everything below is in the past. */
const MIDNIGHT = Math.floor(Date.now() / DAY) * DAY - 5 * DAY;

const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

interface Step {
  readonly workerId?: string;
  readonly groupId?: string;
  readonly stateCode?: string;
  readonly stateName?: string;
  readonly at: number;
}

describe('at the edges of its input,', () => {
  let service: StandaloneProcess;

  beforeAll(async () => {
    service = await StandaloneProcess.start({ env: { OFFLINE_STATE_CODES: 'Away,Gone home' } });
  });

  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  const send = (systemId: string, action: 0 | 1, { at, ...step }: Step) =>
    postStatus(service.url, {
      ...{ systemId, workerId: '1', stateCode: 'Work', stateName: 'Contact processing' },
      ...step,
      // In milliseconds: the value is too large for seconds.
      actionTime: at,
      action,
    });
  const enter = (systemId: string, step: Step) => send(systemId, 1, step);
  const exit = (systemId: string, step: Step) => send(systemId, 0, step);
  const stay = async (systemId: string, { to, ...step }: Step & { to: number }) => {
    await enter(systemId, step);
    await exit(systemId, { ...step, at: to });
  };

  const get = (path: string) => request(`${service.url}${path}`);
  const historic = (method: string, systemId: string, agents: string, start: number, end: number) =>
    get(
      `/systems/${encodeURIComponent(systemId)}/historic/${method}` +
        `?startDate=${iso(start)}&endDate=${iso(end)}&agentId=${agents}`,
    );
  const statesOf = async (systemId: string, start = MIDNIGHT, end = MIDNIGHT + DAY) => {
    const answer = await historic('agentStatusData', systemId, '1', start, end);
    if (answer.status === 404) return [];
    return (answer.json() as { states: unknown[] }[]).flatMap(({ states }) => states);
  };
  const loginsOf = async (systemId: string, start = MIDNIGHT, end = MIDNIGHT + DAY) => {
    const answer = await historic('agentLoginData', systemId, '1', start, end);
    if (answer.status === 404) return [];
    return (answer.json() as { logins: unknown[] }[]).flatMap(({ logins }) => logins);
  };
  const session = (login: number, logout: number) => ({
    loginDate: iso(login),
    logoutDate: iso(logout),
    duration: logout - login,
  });
  const expectError = (answer: Answer, status: number, field: string) => {
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    const body = answer.json() as Record<string, unknown>;
    expect(Object.keys(body)).toEqual(['field', 'message', 'description']);
    expect(body).toEqual({
      field,
      message: expect.stringMatching(/./) as string,
      description: expect.stringMatching(/./) as string,
    });
  };

  it('a query refuses systemId on methods without it, and ignores other unknown parameters', async () => {
    await stay('named', { stateCode: 'Work', at: MIDNIGHT, to: MIDNIGHT + HOUR });
    await untilProjected(service.url);
    const period = `startDate=${iso(MIDNIGHT)}&endDate=${iso(MIDNIGHT + DAY)}`;
    const questions = [
      ...['agentStatusData', 'agentLoginData', 'agentCallsData', 'agentChatsWorkTime'].map(
        (method) => `/historic/${method}?${period}&agentId=1`,
      ),
      `/historic/serviceGroupData?${period}&step=3600000&groupId=1`,
      '/online/agentStatus?',
      '/online/groupsOnlineLoad?groupId=1',
      '/personnel?',
    ];
    for (const question of questions.flatMap((path) => [path, `/systems/named${path}`])) {
      for (const value of ['another', 'named', '']) {
        const refused = await get(`${question}&systemId=${value}`);
        expectError(refused, 400, 'systemId');
        expect(refused.body.toString()).toContain('/systems/{systemId}/');
      }
    }
    expect((await get(`/systems/named${questions[0]}&system=another&unknown=1`)).status).toBe(200);
  });

  describe('agentStatusData', () => {
    it('omits a state whose end cannot be known', async () => {
      await enter('unterminated', { stateCode: 'Forgotten', at: MIDNIGHT });
      await stay('unterminated', { stateCode: 'Next', at: MIDNIGHT + 13 * HOUR, to: MIDNIGHT + 14 * HOUR });
      await untilProjected(service.url);
      expect(await statesOf('unterminated')).toMatchObject([{ stateCode: 'Next' }]);
    });

    it('ends a state whose exit was lost at the next enter', async () => {
      await enter('lost', { stateCode: 'Cut short', at: MIDNIGHT });
      await stay('lost', { stateCode: 'Next', at: MIDNIGHT + 12 * HOUR, to: MIDNIGHT + 13 * HOUR });
      await untilProjected(service.url);
      expect(await statesOf('lost')).toMatchObject([
        { stateCode: 'Cut short', endDate: iso(MIDNIGHT + 12 * HOUR) },
        { stateCode: 'Next' },
      ]);
    });

    it('includes contradicted states with zero length', async () => {
      for (const stateCode of ['A', 'B', 'C']) await enter('superseded', { stateCode, at: MIDNIGHT });
      await exit('superseded', { stateCode: 'B', at: MIDNIGHT + HOUR });
      await untilProjected(service.url);
      expect(await statesOf('superseded')).toMatchObject([
        { stateCode: 'A', startDate: iso(MIDNIGHT), endDate: iso(MIDNIGHT) },
        { stateCode: 'C', startDate: iso(MIDNIGHT), endDate: iso(MIDNIGHT) },
        { stateCode: 'B', startDate: iso(MIDNIGHT), endDate: iso(MIDNIGHT + HOUR) },
      ]);
    });

    it('serves corrected states after a late event, without the outdated ones', async () => {
      await stay('late', { stateCode: 'Long', at: MIDNIGHT, to: MIDNIGHT + 4 * HOUR });
      await untilProjected(service.url);
      expect(await statesOf('late')).toHaveLength(1);
      await stay('late', { stateCode: 'Between', at: MIDNIGHT + HOUR, to: MIDNIGHT + 2 * HOUR });
      await untilProjected(service.url);
      expect(await statesOf('late')).toMatchObject([
        { stateCode: 'Long', startDate: iso(MIDNIGHT), endDate: iso(MIDNIGHT + HOUR) },
        { stateCode: 'Between', startDate: iso(MIDNIGHT + HOUR), endDate: iso(MIDNIGHT + 2 * HOUR) },
      ]);
      // Nor is it found by its old end.
      expect(await statesOf('late', MIDNIGHT + 3 * HOUR, MIDNIGHT + 5 * HOUR)).toEqual([]);
    });

    it('answers for 5 000 agents with all their states, ordered by id', async () => {
      const agents = Array.from({ length: 5_000 }, (_, i) => `agent ${i}`);
      await Promise.all(
        agents.map((workerId) => stay('many', { workerId, at: MIDNIGHT, to: MIDNIGHT + HOUR })),
      );
      await untilProjected(service.url);
      const listed = agents.map(encodeURIComponent).reverse().join(',');
      for (const method of ['agentStatusData', 'agentLoginData']) {
        const answer = await historic(method, 'many', listed, MIDNIGHT, MIDNIGHT + DAY);
        const found = (answer.json() as { agentId: string }[]).map(({ agentId }) => agentId);
        expect(found).toEqual([...agents].sort());
      }
    });
  });

  describe('agentLoginData', () => {
    it('joins stays across a gap of one minute, but not of a millisecond more', async () => {
      await stay('gap', { at: MIDNIGHT, to: MIDNIGHT + HOUR });
      await stay('gap', { at: MIDNIGHT + HOUR + MINUTE, to: MIDNIGHT + 2 * HOUR });
      await stay('gap', { at: MIDNIGHT + 2 * HOUR + MINUTE + 1, to: MIDNIGHT + 3 * HOUR });
      await untilProjected(service.url);
      expect(await loginsOf('gap')).toEqual([
        session(MIDNIGHT, MIDNIGHT + 2 * HOUR),
        session(MIDNIGHT + 2 * HOUR + MINUTE + 1, MIDNIGHT + 3 * HOUR),
      ]);
    });

    it('includes a login before the end of the period and a logout after its start', async () => {
      await stay('login borders', { at: MIDNIGHT + HOUR, to: MIDNIGHT + 2 * HOUR });
      await untilProjected(service.url);
      const whole = [session(MIDNIGHT + HOUR, MIDNIGHT + 2 * HOUR)];
      const from = (start: number, end: number) =>
        loginsOf('login borders', MIDNIGHT + start, MIDNIGHT + end);
      expect(await from(0, HOUR)).toEqual([]);
      expect(await from(0, HOUR + 1)).toEqual(whole);
      expect(await from(HOUR, HOUR + 1)).toEqual(whole);
      expect(await from(HOUR + 1, 2 * HOUR - 1)).toEqual([]);
      expect(await from(HOUR + 1, 2 * HOUR)).toEqual(whole);
      expect(await from(2 * HOUR - 1, 2 * HOUR)).toEqual(whole);
      expect(await from(2 * HOUR, 3 * HOUR)).toEqual([]);
    });

    it('includes a session of zero length at the very start and the very end of a period', async () => {
      await stay('moment', { at: MIDNIGHT, to: MIDNIGHT });
      await untilProjected(service.url);
      expect(await loginsOf('moment', MIDNIGHT, MIDNIGHT + 1)).toEqual([session(MIDNIGHT, MIDNIGHT)]);
      expect(await loginsOf('moment', MIDNIGHT - 1, MIDNIGHT)).toEqual([session(MIDNIGHT, MIDNIGHT)]);
      expect(await loginsOf('moment', MIDNIGHT - 2, MIDNIGHT - 1)).toEqual([]);
      expect(await loginsOf('moment', MIDNIGHT + 1, MIDNIGHT + 2)).toEqual([]);
    });

    it('ends a session at the configured offline states', async () => {
      await stay('offline', { at: MIDNIGHT, to: MIDNIGHT + HOUR });
      await stay('offline', { stateCode: 'Gone home', at: MIDNIGHT + HOUR, to: MIDNIGHT + 3 * HOUR });
      await stay('offline', { stateCode: 'Offline', at: MIDNIGHT + 3 * HOUR, to: MIDNIGHT + 4 * HOUR });
      await stay('offline', { stateCode: 'Away', at: MIDNIGHT + 4 * HOUR, to: MIDNIGHT + 5 * HOUR });
      await untilProjected(service.url);
      expect(await loginsOf('offline')).toEqual([
        session(MIDNIGHT, MIDNIGHT + HOUR),
        session(MIDNIGHT + 3 * HOUR, MIDNIGHT + 4 * HOUR),
      ]);
    });
  });

  describe('agentStatus', () => {
    it('prefers the state without a group among states that began together', async () => {
      const at = Date.now() - MINUTE;
      await enter('together', { stateCode: 'in a', groupId: 'a', at });
      await enter('together', { stateCode: 'in none', at });
      await enter('together', { workerId: '2', stateCode: 'Away', at });
      await enter('together', { workerId: '2', stateCode: 'in a', groupId: 'a', at });
      await untilProjected(service.url);
      expect((await get('/systems/together/online/agentStatus')).json()).toEqual([
        { agentId: '1', stateCode: 'in none', stateName: 'Contact processing', startDate: iso(at) },
      ]);
    });
  });

  describe('text', () => {
    const ODD = [
      `' OR 1=1 --`,
      `'); DROP TABLE statusledger.systems; --`,
      `{system:String}`,
      '{agents:Array(String)}',
      '\\',
      `\\'`,
      '\\N',
      'a\\tb',
      `"quoted" and \`ticked\``,
      '100 % / a?b#c&d=e+f;g',
      'Привет мир',
      '\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u2028 \uff5e \u{10ffff}',
      'я'.repeat(256),
    ];

    it.each(ODD)('is returned unchanged and never interpreted: %s', async (text) => {
      const at = Date.now() - MINUTE;
      await stay(text, {
        workerId: text,
        groupId: text,
        stateCode: text,
        stateName: text,
        at: MIDNIGHT,
        to: MIDNIGHT + 1,
      });
      await enter(text, { workerId: text, groupId: text, stateCode: text, stateName: text, at });
      await untilProjected(service.url);
      const agent = encodeURIComponent(text);
      expect((await historic('agentStatusData', text, agent, MIDNIGHT, MIDNIGHT + DAY)).json()).toEqual([
        {
          serviceId: '1',
          groupId: text,
          agentId: text,
          states: [
            { startDate: iso(MIDNIGHT), endDate: iso(MIDNIGHT + 1), stateCode: text, stateName: text },
          ],
        },
      ]);
      expect((await historic('agentLoginData', text, agent, MIDNIGHT, MIDNIGHT + DAY)).json()).toEqual([
        { agentId: text, logins: [session(MIDNIGHT, MIDNIGHT + 1)] },
      ]);
      expect((await get(`/systems/${agent}/online/agentStatus`)).json()).toEqual([
        { agentId: text, stateCode: text, stateName: text, startDate: iso(at) },
      ]);
      expectError(await historic('agentStatusData', text, 'nobody', MIDNIGHT, MIDNIGHT + DAY), 404, '');
      expectError(await get(`/systems/${agent}x/online/agentStatus`), 404, '');
    });
  });

  describe('a request that cannot be answered', () => {
    const PERIOD = 'startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z';

    it.each([
      ['a parameter in capitals', 'STARTDATE=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z', 'startDate'],
      ['a date twice', `${PERIOD}&startDate=2020-01-01T00:00:00Z`, 'startDate'],
      ['the other date twice', `${PERIOD}&endDate=2020-01-02T00:00:00Z`, 'endDate'],
      ['a date that is wrongly encoded', 'startDate=%zz&endDate=2020-01-02T00:00:00Z', 'startDate'],
      ['a list in brackets', `${PERIOD}&agentId[]=1`, 'agentId'],
      ['names of inherited object properties', `${PERIOD}&__proto__=1&constructor=1&toString=1`, 'agentId'],
      ['nothing', '', 'startDate'],
      ['only separators', '?&&=&=;', 'startDate'],
    ])('is refused naming the parameter: %s', async (_what, query, field) => {
      for (const method of ['agentStatusData', 'agentLoginData']) {
        expectError(await get(`/systems/any/historic/${method}?${query}&x=1`), 400, field);
      }
    });

    /** Sends the path raw, since an HTTP client would normalise it. */
    const rawGet = async (path: string): Promise<Answer> => {
      const { hostname, port } = new URL(service.url);
      const socket = connect(Number(port), hostname);
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => chunks.push(chunk));
      socket.write(`GET ${path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n`);
      await once(socket, 'close');
      const [head, body] = Buffer.concat(chunks).toString().split('\r\n\r\n', 2) as [string, string];
      return {
        status: Number(head.split(' ', 2)[1]),
        headers: { 'content-type': /^content-type: (.*)$/im.exec(head)?.[1] },
        body: Buffer.from(body),
        json: () => JSON.parse(body) as unknown,
      };
    };

    it.each([
      ['/systems/%zz/online/agentStatus', 400],
      ['/systems/%/online/agentStatus', 400],
      ['/systems/%ff%fe/online/agentStatus', 400],
      ['/%zz', 400],
      [`/systems/${'x'.repeat(2_000)}/online/agentStatus`, 400],
      ['/systems//online/agentStatus', 404],
      ['/systems/a/b/online/agentStatus', 404],
      ['/systems/a%00b/online/agentStatus', 404],
      ['/online/agentStatus/', 404],
      ['/ONLINE/agentStatus', 404],
      ['/online/agentstatus', 404],
      ['//online/agentStatus', 404],
      ['/', 404],
      ['/historic', 404],
      ['/ccwfm/api/rest/status', 404],
    ])('is answered in the form of every error: %s', async (path, status) => {
      expectError(await rawGet(path), status, '');
    });

    it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
      'is answered 404 for an unused method: %s',
      async (method) => {
        expectError(await request(`${service.url}/online/agentStatus`, { method }), 404, '');
      },
    );

    it('does not affect the next one', async () => {
      expect((await get('/health/ready')).status).toBe(200);
    });
  });
});
