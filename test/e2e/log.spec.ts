import {
  eventually,
  postContact,
  postStatus,
  putPersonnel,
  request,
  untilProjected,
} from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const WARN = 40;
const INFO = 30;
const AGENT = 'agent-of-the-day';
const PERIOD = 'startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z';
const STATUS = { systemId: 'site', workerId: AGENT, stateCode: 'W', stateName: 'Work' };
const now = Math.floor(Date.now() / 1000);

interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly requestId?: string;
  readonly reason?: string;
  readonly line?: number;
}

/** The lines of a log. @throws if one is not structured. */
function linesOf(log: string): LogLine[] {
  return log
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LogLine);
}

/** Posts, contacts, a directory, an upload, dead letters, queries with and without results, and a scrape. */
async function simulateOrdinaryDay(url: string, events: number): Promise<void> {
  await Promise.all(
    Array.from({ length: events }, async (_, i) => {
      await postStatus(url, { ...STATUS, actionTime: now - 3 * events + 2 * i, action: 1 - (i % 2) });
      await postStatus(url, `no event of ${AGENT}`);
    }),
  );
  await postContact(url, {
    systemId: 'site',
    contactId: 'c',
    groupId: 'g',
    action: 'queued',
    actionTime: now,
  });
  await putPersonnel(url, { systemId: 'site', agents: [{ id: AGENT, name: 'A' }] });
  await putPersonnel(url, '[]');
  const lines = [JSON.stringify({ ...STATUS, actionTime: now, action: 1 }), `{"workerId":"${AGENT}"}`];
  const headers = { 'content-type': 'application/x-ndjson' };
  const upload = await request(`${url}/ccwfm/api/rest/events`, {
    method: 'POST',
    headers,
    body: lines.join('\n'),
  });
  expect(upload.status).toBe(200);
  await untilProjected(url);
  const paths = [
    `/historic/agentStatusData?${PERIOD}&agentId=${AGENT}`,
    `/historic/agentLoginData?${PERIOD}&agentId=${AGENT}`,
    `/historic/agentStatusData?${PERIOD}&agentId=nobody`,
    '/historic/agentStatusData?startDate=never',
    '/online/agentStatus',
    '/online/groupsOnlineLoad?groupId=g',
    '/personnel',
    '/health/ready',
    '/nothing',
    '/%',
  ];
  for (const path of paths) expect((await request(`${url}${path}`)).status).toBeLessThan(500);
}

describe('the log', () => {
  afterAll(removeTemporaryDirectories);

  const dayAt = async (level: string, events: number) => {
    const service = await StandaloneProcess.start({ env: { LOG_LEVEL: level } });
    await simulateOrdinaryDay(service.url, events);
    expect(await service.stop()).toBe(0);
    return { text: service.log, lines: linesOf(service.log) };
  };

  it('has no line at warn or above on an ordinary day, and no more at info the more happens', async () => {
    const [quiet, busy] = [await dayAt('info', 2), await dayAt('info', 60)];
    for (const { lines } of [quiet, busy]) expect(lines.filter(({ level }) => level >= WARN)).toEqual([]);
    expect(busy.lines.map(({ msg }) => msg)).toEqual(['started', 'stopping', 'stopped']);
    expect(busy.lines).toHaveLength(quiet.lines.length);
    expect(busy.text).not.toContain(AGENT);
  });

  it('has each dead letter at debug, with its request id and reason but without its content', async () => {
    const { lines, text } = await dayAt('debug', 5);
    const letters = lines.filter(({ msg }) => msg === 'an event was rejected and stored as a dead letter');
    expect(letters.filter(({ reason }) => reason === 'malformed')).toHaveLength(5);
    expect(letters.filter(({ reason, line }) => reason === 'missing_field' && line === 2)).toHaveLength(1);
    expect(letters.every(({ level, requestId }) => level < INFO && requestId !== undefined)).toBe(true);
    expect(text).not.toContain(AGENT);
  });
});

describe('the id of a request', () => {
  let service: StandaloneProcess;

  beforeAll(async () => {
    service = await StandaloneProcess.start({ env: { LOG_LEVEL: 'debug' } });
  });

  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  const idFor = async (given: string) => {
    const { headers } = await postStatus(service.url, '{}', { 'x-request-id': given });
    return headers['x-request-id'];
  };

  it("is the caller's, in the answer and in the log", async () => {
    expect(await idFor('Caller.1:a/b+c=@_-')).toBe('Caller.1:a/b+c=@_-');
    await eventually(() => service.log.includes('"requestId":"Caller.1:a/b+c=@_-"'));
  });

  it('is adopted up to 128 characters', async () => {
    expect(await idFor('x'.repeat(128))).toBe('x'.repeat(128));
    expect(await idFor('x'.repeat(129))).toMatch(/^[0-9a-f]{16}-\w+$/);
  });

  it.each(['two words', '"quoted"', '{}', 'ä'])(
    'is replaced by a new one if it is malformed: %s',
    async (given) => {
      expect(await idFor(given)).toMatch(/^[0-9a-f]{16}-\w+$/);
    },
  );

  it('is generated for each request without one, whatever the request and its answer', async () => {
    const paths = ['/health/live', '/personnel', '/nothing', '/%', '/ccwfm/api/rest/status'];
    const ids = await Promise.all(
      paths.map(async (path) => (await request(`${service.url}${path}`)).headers['x-request-id']),
    );
    expect(new Set(ids).size).toBe(paths.length);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}-\w+$/);
  });
});
