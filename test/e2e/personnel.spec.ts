import { SPEC_EXAMPLES } from '../../libs/answers/src/answers/spec-examples.js';
import {
  metric,
  postContact,
  postStatus,
  putPersonnel,
  request,
  untilProjected,
} from '../support/http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const EXAMPLE = SPEC_EXAMPLES.PERSONNEL;

const at = (date: string) => Date.parse(date);
const agent = (id: string, ...groups: string[]) => ({
  id,
  name: `Agent ${id}`,
  agentGroups: groups.map((groupId) => ({ groupId })),
});
const service = (id: string, ...groups: string[]) => ({
  id,
  name: `Service ${id}`,
  status: 'ACTIVE',
  serviceGroups: groups.map((group) => ({ id: group, name: `Group ${group}`, status: 'ACTIVE' })),
});

describe('personnel', () => {
  const dataDirectory = temporaryDirectory();
  let process: StandaloneProcess;
  let url: string;

  beforeAll(async () => {
    process = await StandaloneProcess.start({ dataDirectory, env: { RETENTION_DAYS: '20000' } });
    url = process.url;
  });

  afterAll(async () => {
    await process.stop();
    removeTemporaryDirectories();
  });

  const put = async (systemId: string, directory: object) => {
    expect((await putPersonnel(url, { systemId, ...directory })).status).toBe(204);
    await untilProjected(url);
  };
  const get = (path: string) => request(`${url}${path}`);
  const personnelOf = async (systemId: string) => (await get(`/systems/${systemId}/personnel`)).json();

  it('is answered 404 before the first directory', async () => {
    const answer = await get('/systems/nobody/personnel');
    expect(answer.status).toBe(404);
    expect(answer.json()).toMatchObject({ field: '', message: 'no data' });
  });

  it('reproduces example 3.1.3 byte for byte, whatever the member order and additional members', async () => {
    const shuffled = {
      agents: EXAMPLE.agents.map((each) => ({
        unknown: 1,
        ...Object.fromEntries(Object.entries(each).reverse()),
      })),
      services: EXAMPLE.services,
    };
    await put('example', shuffled);
    const answer = await get('/systems/example/personnel');
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.body.toString()).toBe(JSON.stringify(EXAMPLE));
  });

  it('is replaced as a whole by each directory, in order', async () => {
    for (let version = 1; version <= 5; version++) {
      await putPersonnel(url, { systemId: 'replaced', services: [], agents: [agent(`v${version}`, 'g')] });
    }
    await untilProjected(url);
    expect(await personnelOf('replaced')).toEqual({ services: [], agents: [agent('v5', 'g')] });
  });

  it('is kept as sent: Unicode, quotes, slashes, logins as a string or a list', async () => {
    const directory = {
      services: [{ ...service('с/1', 'g"\\ü\u{1f600}'), status: 'INACTIVE' }],
      agents: [
        {
          id: '1',
          name: 'Zoë "Z" O\'Neil \\ </script>',
          loginSSO: ['a', 'b/c'],
          agentGroups: [{ groupId: 'g"\\ü\u{1f600}' }],
        },
        {
          id: '2',
          name: '',
          agentNumber: '',
          loginSSO: [],
          agentGroups: [{ groupId: '2' }, { groupId: '2' }],
        },
      ],
    };
    await put('kept', directory);
    expect((await get('/systems/kept/personnel')).body.toString()).toBe(JSON.stringify(directory));
  });

  it('has trimmed ids, treats null as absent, and leaves out agents without groups', async () => {
    await put('trimmed', {
      services: [{ id: ' s ', name: ' S ', status: 'ACTIVE', serviceGroups: null }],
      agents: [
        { id: ' a\t', name: ' A ', surname: null, agentGroups: [{ groupId: '\n1 ' }] },
        { id: 'none', name: 'N', agentGroups: [] },
        { id: 'absent', name: 'N' },
      ],
    });
    expect(await personnelOf('trimmed')).toEqual({
      services: [{ id: 's', name: ' S ', status: 'ACTIVE' }],
      agents: [{ id: 'a', name: ' A ', agentGroups: [{ groupId: '1' }] }],
    });
  });

  it('may begin with a byte order mark, as files of some editors do', async () => {
    const directory = { systemId: 'marked', services: [], agents: [agent('1', 'g')] };
    expect((await putPersonnel(url, `\ufeff${JSON.stringify(directory)}`)).status).toBe(204);
    await untilProjected(url);
    expect(await personnelOf('marked')).toEqual({ services: [], agents: [agent('1', 'g')] });
  });

  it('has all groups in a service named after the system if no services are given', async () => {
    await put('static', { agents: [agent('1', '\uff5e', '2'), agent('2', '\u{1f600}', '10'), agent('3')] });
    expect(await personnelOf('static')).toEqual({
      services: [
        {
          id: 'static',
          name: 'static',
          status: 'ACTIVE',
          serviceGroups: ['10', '2', '\uff5e', '\u{1f600}'].map((id) => ({ id, name: id, status: 'ACTIVE' })),
        },
      ],
      agents: [agent('1', '\uff5e', '2'), agent('2', '\u{1f600}', '10')],
    });
  });

  it('has no agents if none were given', async () => {
    await put('agentless', { services: [service('s')] });
    expect((await get('/systems/agentless/personnel')).body.toString()).toBe(
      '{"services":[{"id":"s","name":"Service s","status":"ACTIVE","serviceGroups":[]}]}',
    );
  });

  it('makes its system known', async () => {
    const answer = await get('/personnel');
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ field: 'systemId' });
  });

  describe('that is invalid', () => {
    const long = 'x'.repeat(256);
    const rejected: [string, unknown, string, string][] = [
      ['not JSON', '{', '', 'is not JSON'],
      ['not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), '', 'is not UTF-8'],
      ['a list', '[]', '', 'is not a JSON object'],
      ['null', 'null', '', 'is not a JSON object'],
      ['nothing', '', '', 'is not JSON'],
      ['no system', { agents: [] }, 'systemId', 'is missing'],
      ['an empty system', { systemId: ' ' }, 'systemId', ''],
      ['a long id', { systemId: `${long}x` }, 'systemId', 'longer than 256'],
      ['services that are not a list', { systemId: 's', services: {} }, 'services', 'is not a list'],
      [
        'a service that is not an object',
        { systemId: 's', services: ['x'] },
        'services[0]',
        'is not an object',
      ],
      ['no status', { systemId: 's', services: [{ id: '1', name: '' }] }, 'services[0].status', 'is missing'],
      [
        'another status',
        { systemId: 's', services: [{ ...service('1', 'g'), status: 'active' }] },
        'services[0].status',
        'is not one of ACTIVE, INACTIVE',
      ],
      [
        'another channel',
        {
          systemId: 's',
          services: [{ ...service('1'), serviceGroups: [{ ...service('g'), channelType: 'FAX' }] }],
        },
        'services[0].serviceGroups[0].channelType',
        'is not one of CHATS',
      ],
      [
        'an id that is a number',
        { systemId: 's', agents: [{ id: 1, name: 'N' }] },
        'agents[0].id',
        'is not a string',
      ],
      [
        'a control character',
        { systemId: 's', agents: [agent('1'), { id: '2', name: 'a\u0000' }] },
        'agents[1].name',
        '',
      ],
      [
        'half a surrogate pair',
        '{"systemId":"s","agents":[{"id":"1","name":"\\ud800"}]}',
        'agents[0].name',
        '',
      ],
      [
        'a login that is a number',
        { systemId: 's', agents: [{ ...agent('1'), loginSSO: 5 }] },
        'agents[0].loginSSO',
        '',
      ],
      [
        'a group without an id',
        { systemId: 's', agents: [{ ...agent('1'), agentGroups: [{}] }] },
        'agents[0].agentGroups[0].groupId',
        'is missing',
      ],
      [
        'an agent twice',
        { systemId: 's', agents: [agent('1', 'a'), agent(' 1', 'b')] },
        'agents',
        'more than once',
      ],
      [
        'a service twice',
        { systemId: 's', services: [service('1'), service('1')] },
        'services',
        'more than once',
      ],
      [
        'a group in two services',
        { systemId: 's', services: [service('1', 'g'), service('2', 'g')] },
        'services',
        'more than once',
      ],
    ];

    it.each(rejected)('is answered 400 and changes nothing: %s', async (_, body, field, message) => {
      const before = await metric(url, 'wfm_events_received_total', {
        type: 'personnel',
        outcome: 'refused',
      });
      const answer = await putPersonnel(url, body);
      expect(answer.status).toBe(400);
      expect(answer.json()).toEqual({
        field,
        message: expect.stringContaining(message) as string,
        description: expect.stringMatching(/./) as string,
      });
      expect(await metric(url, 'wfm_events_received_total', { type: 'personnel', outcome: 'refused' })).toBe(
        before + 1,
      );
      expect((await get('/systems/s/personnel')).status).toBe(404);
    });

    it('is accepted up to 256 characters and 16 MiB, and refused beyond', async () => {
      const padded = (bytes: number) => {
        const body = { systemId: long, agents: [{ ...agent(long, long), name: long }] };
        return JSON.stringify(body).padEnd(bytes, ' ');
      };
      const LIMIT = 16 * 1024 * 1024;
      expect((await putPersonnel(url, padded(LIMIT))).status).toBe(204);
      await untilProjected(url);
      expect(await personnelOf(long)).toMatchObject({ agents: [{ ...agent(long, long), name: long }] });
      const answer = await putPersonnel(url, padded(LIMIT + 1));
      expect(answer.status).toBe(413);
      expect(answer.json()).toMatchObject({ field: '', message: 'the body is larger than 16777216 bytes' });
    });
  });

  describe('in the answers', () => {
    const status = async (
      systemId: string,
      workerId: string,
      start: string,
      end: string,
      more: object = {},
    ) => {
      const state = { systemId, workerId, stateCode: 'Work', stateName: 'W', ...more };
      await postStatus(url, { ...state, action: 1, actionTime: at(start) });
      await postStatus(url, { ...state, action: 0, actionTime: at(end) });
    };
    const DAY = 'startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z';
    const stateOf = (start: string, end: string) => ({
      startDate: start,
      endDate: end,
      stateCode: 'Work',
      stateName: 'W',
    });
    const [A, B, C, D] = ['10', '11', '12', '13'].map((hour) => `2020-01-01T${hour}:00:00Z`) as [
      string,
      string,
      string,
      string,
    ];

    it('repeats a status without a group for each group of its agent, in order with those that have a group', async () => {
      await put('states', {
        services: [service('z', '1', '2'), service('a', '3')],
        agents: [agent('both', '2', '1', 'nowhere'), agent('groupless')],
      });
      await status('states', 'both', B, C);
      await status('states', 'both', A, B, { groupId: '2' });
      await status('states', 'both', C, D, { groupId: '3' });
      await status('states', 'groupless', A, B);
      await status('states', 'stranger', A, B);
      await untilProjected(url);
      const answer = await get(
        `/systems/states/historic/agentStatusData?${DAY}&agentId=stranger,both,groupless`,
      );
      expect(answer.json()).toEqual([
        { serviceId: 'z', groupId: '1', agentId: 'both', states: [stateOf(B, C)] },
        { serviceId: 'z', groupId: '2', agentId: 'both', states: [stateOf(A, B), stateOf(B, C)] },
        { serviceId: 'a', groupId: '3', agentId: 'both', states: [stateOf(C, D)] },
        { serviceId: '1', groupId: 'nowhere', agentId: 'both', states: [stateOf(B, C)] },
        { agentId: 'groupless', states: [stateOf(A, B)] },
        { agentId: 'stranger', states: [stateOf(A, B)] },
      ]);
    });

    it('takes effect in its latest version only', async () => {
      await status('later', '1', A, B);
      await put('later', { services: [service('s', 'old')], agents: [agent('1', 'old')] });
      await put('later', { services: [service('t', 'new')], agents: [agent('1', 'new')] });
      const answer = await get(`/systems/later/historic/agentStatusData?${DAY}&agentId=1`);
      expect(answer.json()).toEqual([
        { serviceId: 't', groupId: 'new', agentId: '1', states: [stateOf(A, B)] },
      ]);
    });

    it('supplies the services of groups, by which groups are ordered', async () => {
      await put('named', { services: [service('z', '1'), service('a', '2')] });
      for (const groupId of ['1', '2', '3']) {
        const contact = { systemId: 'named', contactId: groupId, groupId, workerId: 'w' };
        await postContact(url, { ...contact, action: 'answered', actionTime: at(A) });
        await postContact(url, { ...contact, action: 'finished', actionTime: at(B) });
      }
      await untilProjected(url);
      const groups = (
        await get(`/systems/named/historic/serviceGroupData?${DAY}&step=3600000&groupId=1,2,3`)
      ).json();
      const keys = (answer: unknown) =>
        (answer as { serviceId: string; groupId: string }[]).map(({ serviceId, groupId }) => [
          serviceId,
          groupId,
        ]);
      expect(keys(groups)).toEqual([
        ['1', '3'],
        ['a', '2'],
        ['z', '1'],
      ]);
      const calls = (await get(`/systems/named/historic/agentCallsData?${DAY}&agentId=w`)).json();
      expect(keys(calls)).toEqual([
        ['z', '1'],
        ['a', '2'],
        ['1', '3'],
      ]);
    });
  });

  it('survives a restart of the service', async () => {
    await process.stop();
    process = await StandaloneProcess.start({ dataDirectory, env: { RETENTION_DAYS: '20000' } });
    url = process.url;
    expect((await get('/systems/example/personnel')).body.toString()).toBe(JSON.stringify(EXAMPLE));
  });
});
