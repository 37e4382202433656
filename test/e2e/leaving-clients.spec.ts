import { OpenConnection } from '../support/abuse/open-connections.js';
import { BULK_BEGIN, firstOf } from '../support/data/bulk-lines.js';
import { eventually, request, untilProjected } from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const AGENTS = 1_000;
const STATUSES = AGENTS * 120;
/** See `QUESTION_LIMITS`. */
const LARGE_PER_CLIENT = 24;
/** The goal is 3 times; the rest allows for a machine that does other work as well. */
const MOST_TIMES_ALONE = 6;
/** Added to the time of a lone query for scheduling on a busy machine. */
const NOISE_MS = 50;
const SAMPLES = 9;

const period = `startDate=${iso(BULK_BEGIN - 1)}&endDate=${iso(BULK_BEGIN + 86_400)}`;
const large = `/historic/agentStatusData?${period}&agentId=${firstOf(AGENTS, (n) => `agent%20${n}`).join()}`;
const small = `/historic/agentStatusData?${period}&agentId=agent%201`;
const online = '/online/agentStatus';
const PATHS = [online, small, '/metrics', '/health/ready'] as const;

describe('clients that request large answers and do not read them', () => {
  let service: StandaloneProcess;
  let connections: OpenConnection[] = [];
  const alone = new Map<string, number>();

  beforeAll(async () => {
    service = await StandaloneProcess.start();
    const uploaded = await request(`${service.url}/ccwfm/api/rest/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: firstOf(STATUSES, (n) => JSON.stringify(enter(n))).join('\n'),
    });
    expect(uploaded.json()).toMatchObject({ accepted: STATUSES });
    await untilProjected(service.url);
    for (const path of PATHS) await median(path);
    for (const path of PATHS) alone.set(path, await median(path));
  });

  afterEach(() => {
    for (const connection of connections) connection.destroy();
    connections = [];
  });

  afterAll(async () => {
    await service.kill();
    removeTemporaryDirectories();
  });

  async function tookMs(path: string): Promise<number> {
    const startedAt = performance.now();
    const { status } = await request(`${service.url}${path}`);
    expect([200, 404]).toContain(status);
    return performance.now() - startedAt;
  }

  async function median(path: string): Promise<number> {
    const times: number[] = [];
    for (let n = 0; n < SAMPLES; n++) times.push(await tookMs(path));
    return times.sort((a, b) => a - b)[Math.floor(SAMPLES / 2)]!;
  }

  async function ask(count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const connection = await OpenConnection.open(service.url);
      connections.push(connection);
      connection.send(`GET ${large} HTTP/1.1\r\nHost: test\r\n\r\n`);
    }
  }

  const othersAreAnswered = async () => {
    for (const path of PATHS) {
      const times = (await median(path)) / (alone.get(path)! + NOISE_MS);
      expect({ path, times, isSoon: times < MOST_TIMES_ALONE }).toMatchObject({ isSoon: true });
    }
  };

  it.each([30, 100])('delay nobody once %i of them have left', async (count) => {
    await ask(count);
    await eventually(() => connections.some(({ received }) => received.length > 0));
    for (const connection of connections) connection.destroy();
    await othersAreAnswered();
  });

  it('delay nobody while 100 of them read nothing', async () => {
    await ask(100);
    for (const connection of connections) connection.stopReading();
    await othersAreAnswered();
  });

  it(`are answered 503 beyond ${LARGE_PER_CLIENT} at a time, and served again once others have left`, async () => {
    await ask(LARGE_PER_CLIENT + 1);
    const refused = () => connections.filter(({ received }) => received.startsWith('HTTP/1.1 503'));
    await eventually(() => refused().length > 0);
    expect(refused()).toHaveLength(1);
    expect(refused()[0]!.received).toMatch(/\r\nretry-after: 5\r\n/i);
    expect(refused()[0]!.received).toContain('too many queries are under way');
    expect(await tookMs(small)).toBeGreaterThan(0);
    for (const connection of connections) connection.destroy();
    await eventually(async () => (await request(`${service.url}${large}`)).status === 200);
    expect(service.printed).not.toMatch(/"level":|Error|Warning/);
  });
});

/** Events of the agents by turns, a state a minute for each. */
function enter(n: number) {
  const minute = Math.floor(n / AGENTS);
  const state = { stateCode: `S${minute % 8}`, stateName: `State number ${minute % 8}` };
  return {
    systemId: 's',
    workerId: `agent ${n % AGENTS}`,
    ...state,
    actionTime: BULK_BEGIN + minute * 60,
    action: 1,
  };
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
