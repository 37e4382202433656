import { OpenConnection } from '../support/abuse/open-connections.js';
import { BULK_BEGIN, firstOf, nthStatus } from '../support/data/bulk-lines.js';
import {
  eventually,
  metric,
  postStatus,
  putPersonnel,
  request,
  untilProjected,
} from '../support/http/service-client.js';
import { removeTemporaryDirectories, StandaloneProcess } from '../support/processes/standalone-process.js';

const AGENTS = 300;
const STATUSES = AGENTS * 60;
/** Each status is repeated for every group of its agent, so that an answer is far larger than socket buffers. */
const GROUPS = 60;
const READERS = 12;
const POSTS = 200;
const QUERIES = 20;
const ANSWERED_WITHIN_MS = 5_000;
const MIB = 1024 * 1024;
/** An answer has some 70 MB, so holding those of all readers would exceed this. */
const MOST_GROWTH_BYTES = 400 * MIB;
const ANSWER_BYTES = 40 * MIB;

const period = `startDate=${iso(BULK_BEGIN - 1)}&endDate=${iso(BULK_BEGIN + 86_400)}`;
const agents = (count: number) => `agentId=${firstOf(count, (n) => `agent%20${n}`).join()}`;
const target = `/historic/agentStatusData?${period}&${agents(AGENTS)}`;

describe(`${READERS} clients that do not read the large answers they asked for`, () => {
  let service: StandaloneProcess;
  let residentBefore: number;
  const readers: OpenConnection[] = [];
  const answered = (status: string) =>
    metric(service.url, 'wfm_query_seconds_count', { method: 'agentStatusData', status });

  beforeAll(async () => {
    service = await StandaloneProcess.start();
    const groups = firstOf(GROUPS, (n) => ({ groupId: `a group with a name of some length ${n}` }));
    const directory = firstOf(AGENTS, (n) => ({ id: `agent ${n}`, name: 'A', agentGroups: groups }));
    expect((await putPersonnel(service.url, { systemId: 's', agents: directory })).status).toBe(204);
    const uploaded = await request(`${service.url}/ccwfm/api/rest/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: firstOf(STATUSES, (n) => JSON.stringify(nthStatus(n, 's'))).join('\n'),
    });
    expect(uploaded.json()).toMatchObject({ accepted: STATUSES });
    await untilProjected(service.url);
    await request(`${service.url}/historic/agentStatusData?${period}&${agents(1)}`);
    residentBefore = await metric(service.url, 'process_resident_memory_bytes');
    for (let n = 0; n < READERS; n++) {
      const reader = await OpenConnection.open(service.url);
      readers.push(reader);
      reader.send(`GET ${target} HTTP/1.1\r\nHost: test\r\n\r\n`);
      await eventually(() => reader.received.length > 0);
      reader.stopReading();
    }
  });

  afterAll(async () => {
    for (const reader of readers) reader.destroy();
    await service.kill();
    removeTemporaryDirectories();
  });

  async function tookMs(act: () => Promise<unknown>): Promise<number> {
    const startedAt = performance.now();
    await act();
    return performance.now() - startedAt;
  }

  it('do not delay the 204s or the answers of other clients', async () => {
    const took: number[] = [];
    for (let n = 0; n < POSTS; n++) {
      const event = { ...nthStatus(0, 's'), workerId: `other ${n}` };
      took.push(await tookMs(async () => expect((await postStatus(service.url, event)).status).toBe(204)));
    }
    for (let n = 0; n < QUERIES; n++) {
      const url = `${service.url}/historic/agentStatusData?${period}&${agents(1)}`;
      took.push(await tookMs(async () => expect((await request(url)).status).toBe(200)));
    }
    expect(Math.max(...took)).toBeLessThan(ANSWERED_WITHIN_MS);
    await untilProjected(service.url);
  });

  it('are waited for without holding their answers in memory', async () => {
    expect(await answered('200')).toBe(QUERIES + 1);
    const resident = await metric(service.url, 'process_resident_memory_bytes');
    expect(resident - residentBefore).toBeLessThan(MOST_GROWTH_BYTES);
  });

  it('are given up once they leave, while a client that reads gets the whole answer', async () => {
    for (const reader of readers) reader.destroy();
    await eventually(async () => (await answered('499')) === READERS);
    const answer = await request(`${service.url}${target}`);
    expect(answer.status).toBe(200);
    expect(answer.body.length).toBeGreaterThan(ANSWER_BYTES);
    expect(answer.json()).toHaveLength(AGENTS * GROUPS);
    expect(service.printed).not.toMatch(/"level":|Error|Warning/);
  });
});

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
