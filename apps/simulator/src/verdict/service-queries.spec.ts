import { fakeService, NO_DATA } from '../sending/fake-service.fixture.js';
import type { FakeAnswer, FakeService, SeenRequest } from '../sending/fake-service.fixture.js';
import { HttpClient } from '../sending/http-client.js';
import { idLists, ServiceQueries } from './service-queries.js';

const QUICK = { attempts: 2, firstDelayMs: 1, maxDelayMs: 1 };
const DAY = { start: Date.UTC(2026, 0, 15), end: Date.UTC(2026, 0, 16) };

describe('querying the service', () => {
  let service: FakeService;
  let client: HttpClient;
  afterEach(async () => {
    client.close();
    await service.close();
  });

  async function queriesOf(answer: (request: SeenRequest) => FakeAnswer): Promise<ServiceQueries> {
    service = await fakeService(answer);
    client = new HttpClient({ baseUrl: service.url, connections: 1 });
    return new ServiceQueries(client, service.url, 'sim/7', QUICK);
  }

  it("asks for 5 000 agents in one request, of one system's", async () => {
    const queries = await queriesOf(() => ({ status: 200, body: '[]' }));
    const agentIds = Array.from({ length: 5000 }, (_, i) => `агент ${i}`);
    await queries.historic('agentLoginData', agentIds, DAY);

    expect(service.seen).toHaveLength(1);
    const url = new URL(service.seen[0]!.url, service.url);
    expect(url.pathname).toBe('/systems/sim%2F7/historic/agentLoginData');
    expect(url.searchParams.get('startDate')).toBe('2026-01-15T00:00:00Z');
    expect(url.searchParams.get('endDate')).toBe('2026-01-16T00:00:00Z');
    expect(new Set(url.searchParams.get('agentId')!.split(','))).toEqual(new Set(agentIds));
  });

  it('asks for more agents than fit in several requests, whose answers it joins', async () => {
    const queries = await queriesOf(({ url }) => {
      const ids = new URL(url, service.url).searchParams.get('agentId')!.split(',');
      return { status: 200, body: JSON.stringify(ids.map((agentId) => ({ agentId }))) };
    });
    const agentIds = Array.from({ length: 60_000 }, (_, i) => `${100_000 + i}`);
    const answer = await queries.historic('agentStatusData', agentIds, DAY);

    expect(service.seen.length).toBeGreaterThan(1);
    expect(answer).toEqual(agentIds.map((agentId) => ({ agentId })));
  });

  it('asks for groups by steps, for their load, and for the directory', async () => {
    const queries = await queriesOf(() => ({ status: 200, body: '[{}]' }));
    await queries.serviceGroupData(['vip & co', '1'], DAY, 300_000);
    await queries.groupsOnlineLoad(['vip & co', '1']);
    await queries.personnel();
    expect(service.seen.map(({ url }) => url)).toEqual([
      '/systems/sim%2F7/historic/serviceGroupData?startDate=2026-01-15T00:00:00Z&endDate=2026-01-16T00:00:00Z' +
        '&step=300000&groupId=1,vip%20%26%20co',
      '/systems/sim%2F7/online/groupsOnlineLoad?groupId=1,vip%20%26%20co',
      '/systems/sim%2F7/personnel',
    ]);
  });

  it('takes "no data" for an empty list, but not the 404 of somebody else', async () => {
    const queries = await queriesOf(({ url }) => ({
      status: 404,
      body: url.includes('online') ? NO_DATA : '<h1>Not found</h1>',
    }));
    expect(await queries.online()).toEqual([]);
    await expect(queries.historic('agentStatusData', ['1'], DAY)).rejects.toThrow(
      /answered 404 2 times.*\n.*--url/,
    );
  });

  it('sums what the service has yet to project', async () => {
    const metrics = [
      '# TYPE wfm_projection_lag_events gauge',
      'wfm_projection_lag_events{topic="wfm.status.v1",partition="0"} 12',
      'wfm_projection_lag_events{topic="wfm.status.v1",partition="1"} 30',
      'wfm_projection_lag_seconds 99',
      'wfm_spool_events 1e2',
    ];
    const queries = await queriesOf(() => ({ status: 200, body: metrics.join('\n') }));
    expect(await queries.lag()).toBe(142);
  });

  it.each<FakeAnswer>([{ status: 200, body: 'wfm_spool_events 0' }, { status: 403 }, 'hangUp'])(
    'does not know the lag from %j',
    async (answer) => {
      const queries = await queriesOf(() => answer);
      expect(await queries.lag()).toBeUndefined();
    },
  );
});

describe('lists of ids', () => {
  it('are in the order of UTF-8 bytes, encoded, and no longer than allowed', () => {
    expect(idLists(['b', 'a&', '10', '9', '\u{1f600}', '\uff5e'], 20)).toEqual([
      '10,9,a%26,b',
      '%EF%BD%9E',
      '%F0%9F%98%80',
    ]);
  });
});
