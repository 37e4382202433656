import type { CentreEvent, SimulatedEvent } from '#oracle';
import { fakeService } from './fake-service.fixture.js';
import type { FakeAnswer, FakeService, SeenRequest } from './fake-service.fixture.js';
import { HttpClient } from './http-client.js';
import { RequestFailure } from './retrying.js';
import { sendEvents } from './sender.js';
import type { SendingOptions } from './sender.js';

const QUICK = { attempts: 4, firstDelayMs: 1, maxDelayMs: 5 };
const START = 1_768_478_400_000;

const events = (n: number): SimulatedEvent[] =>
  Array.from({ length: n }, (_, i) => ({
    workerId: `${i}`,
    groupId: null,
    stateCode: 'Work',
    stateName: 'Contact processing',
    actionTime: START + i * 1000,
    action: 'enter',
  }));

describe('sending events', () => {
  const services: FakeService[] = [];
  const clients: HttpClient[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close();
    for (const service of services.splice(0)) await service.close();
  });

  async function serviceThat(
    answer: (request: SeenRequest, nth: number) => FakeAnswer | Promise<FakeAnswer>,
  ) {
    const service = await fakeService(answer);
    services.push(service);
    return service;
  }

  function send(url: URL, list: CentreEvent[], others: Partial<SendingOptions & { apiKey: string }> = {}) {
    const connections = others.connections ?? 4;
    const client = new HttpClient({ baseUrl: url, connections, apiKey: others.apiKey });
    clients.push(client);
    return sendEvents(list, { client, url, systemId: 'sim-7', connections, retries: QUICK, ...others });
  }

  it('posts each event once, as the spec writes it', async () => {
    const service = await serviceThat(() => ({ status: 204 }));
    const [first] = events(1);
    const exit = { ...first!, groupId: 'vip', actionTime: START + 1, action: 'exit' as const };
    const report = await send(service.url, [first!, exit], { connections: 1 });

    expect(report).toMatchObject({ sent: 2, retried: 0 });
    expect(service.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(
      Array(2).fill('POST /ccwfm/api/rest/status'),
    );
    const common = { workerId: '0', stateCode: 'Work', stateName: 'Contact processing', systemId: 'sim-7' };
    expect(service.seen.map(({ body }) => JSON.parse(body))).toEqual([
      { ...common, actionTime: START / 1000, action: 1 },
      { ...common, groupId: 'vip', actionTime: START + 1, action: 0 },
    ]);
    expect(service.seen[0]!.headers['content-type']).toBe('application/json');
    expect(service.seen[0]!.headers.authorization).toBeUndefined();
  });

  it('posts the steps of contacts to their own path, without what is not stated', async () => {
    const service = await serviceThat(() => ({ status: 204 }));
    const common = { contactId: 'c', groupId: '1', actionTime: START };
    const queued = {
      ...common,
      action: 'queued' as const,
      workerId: '',
      customerId: 'Smith',
      channelType: '',
    };
    const answered = {
      ...queued,
      action: 'answered' as const,
      workerId: '7',
      customerId: '',
      channelType: 'MAILS',
    };
    await send(service.url, [queued, answered], { connections: 1 });

    expect(service.seen.map(({ method, url }) => `${method} ${url}`)).toEqual(
      Array(2).fill('POST /ccwfm/api/rest/contact'),
    );
    const sent = { ...common, systemId: 'sim-7', actionTime: START / 1000 };
    expect(service.seen.map(({ body }) => JSON.parse(body))).toEqual([
      { ...sent, action: 'queued', customerId: 'Smith' },
      { ...sent, action: 'answered', workerId: '7', channelType: 'MAILS' },
    ]);
  });

  it('keeps its connections, no more than it was given, and reports each event that was taken', async () => {
    const service = await serviceThat(() => ({ status: 204 }));
    let taken = 0;
    await send(service.url, events(200), { connections: 3, apiKey: 'secret', onSent: () => taken++ });

    expect(taken).toBe(200);
    expect(new Set(service.seen.map(({ body }) => body)).size).toBe(200);
    expect(service.connections()).toBeLessThanOrEqual(3);
    expect(service.seen[0]!.headers.authorization).toBe('Bearer secret');
  });

  it('keeps the path of a proxy', async () => {
    const service = await serviceThat(() => ({ status: 204 }));
    await send(new URL('/ledger/', service.url), events(1));
    expect(service.seen[0]!.url).toBe('/ledger/ccwfm/api/rest/status');
  });

  it('does not send faster than the pace', async () => {
    const service = await serviceThat(() => ({ status: 204 }));
    const { elapsedMs } = await send(service.url, events(21), { pace: 100 });
    expect(elapsedMs).toBeGreaterThanOrEqual(195);
  });

  it('sends an event again that was refused, or whose connection broke', async () => {
    const troubles: FakeAnswer[] = [
      { status: 503, headers: { 'retry-after': '1' } },
      'hangUp',
      { status: 500 },
    ];
    const service = await serviceThat((_, nth) => troubles[nth - 1] ?? { status: 204 });
    const report = await send(service.url, events(5), { connections: 1 });

    expect(report).toMatchObject({ sent: 5, retried: 3 });
    expect(service.seen).toHaveLength(8);
  });

  it('gives up after some attempts, and says what to do', async () => {
    const service = await serviceThat(() => ({ status: 503, body: 'disk full' }));
    const failure = await send(service.url, events(500)).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(RequestFailure);
    expect((failure as Error).message).toMatch(/answered 503 4 times: disk full\.\n.*log/);
    expect(service.seen.length).toBeLessThanOrEqual(4 * QUICK.attempts);
  });

  it('says at once that credentials are refused', async () => {
    const service = await serviceThat(() => ({ status: 401 }));
    await expect(send(service.url, events(5), { connections: 1 })).rejects.toThrow(/--api-key/);
    expect(service.seen).toHaveLength(1);
  });

  it('says that nobody listens', async () => {
    const service = await fakeService(() => ({ status: 204 }));
    await service.close();
    await expect(send(service.url, events(5))).rejects.toThrow(/ECONNREFUSED.\n.*npm start/);
  });

  it('takes a 200 for what it is: not the service', async () => {
    const service = await serviceThat(() => ({ status: 200, body: '<html>' }));
    await expect(send(service.url, events(1))).rejects.toThrow(/answered 200.*\n.*--url/);
  });
});
