import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  createServiceApp,
  HealthController,
  MetricsController,
  READINESS_CHECKS,
  readSettings,
  SCRAPE,
} from '#edge';
import { Topic } from '#event-log';
import type {
  AgentHistoryStore,
  AnomalyStore,
  DeadLetterStore,
  QueryStore,
  StoreAudits,
  SystemsStore,
} from '#store';
import { createLogger, createMetrics } from '#telemetry';
import { OpsModule } from '#operators';
import { QueryModule } from '#answers';
import { ReceiverModule, registerIngestionHooks } from '#ingestion/http';
import { RecordingLog } from '../../libs/ingestion/src/writing/recording-log.fixture.js';
import { writeKeys } from '../support/http/api-keys.js';
import { request, type Answer } from '../support/http/service-client.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';

const PERIOD = 'startDate=2020-01-01T00:00:00Z&endDate=2020-01-02T00:00:00Z&step=300000&agentId=1&groupId=1';
const now = Math.floor(Date.now() / 1000);
const statusOf = (systemId: string) =>
  JSON.stringify({ systemId, workerId: '1', stateCode: 'a', stateName: 'a', actionTime: now, action: 1 });
const contactOf = (systemId: string) =>
  JSON.stringify({ systemId, contactId: 'c', groupId: '1', actionTime: now, action: 'queued' });

/** A route, the role that it requires, and how it answers. */
interface Row {
  readonly role: 'ingest' | 'query' | 'ops' | 'anyone';
  readonly answer: number;
  readonly body?: (systemId: string) => string;
  readonly type?: string;
  /** The query string, if it differs from that of the WFM's methods. */
  readonly question?: string;
  /** The system is a parameter of the query, not a part of the path. */
  readonly named?: true;
  /** The status for a key of all systems, if it differs from `answer`. */
  readonly unlimited?: number;
  /** The status for a key of A that names B; absent where no system is named. */
  readonly foreign?: number;
}

const query = { role: 'query', answer: 200 } as const;
const QUERIES = [
  'historic/agentStatusData',
  'historic/agentLoginData',
  'historic/serviceGroupData',
  'historic/agentCallsData',
  'historic/agentChatsWorkTime',
  'online/agentStatus',
  'online/groupsOnlineLoad',
  'personnel',
];
const INGESTION = '/ccwfm/api/rest';
const TABLE: Readonly<Record<string, Row>> = {
  [`POST ${INGESTION}/status`]: { role: 'ingest', answer: 204, body: statusOf, foreign: 204 },
  [`POST ${INGESTION}/contact`]: { role: 'ingest', answer: 204, body: contactOf, foreign: 204 },
  [`POST ${INGESTION}/events`]: {
    role: 'ingest',
    answer: 200,
    body: (systemId) => `${statusOf(systemId)}\n${contactOf(systemId)}\n`,
    type: 'application/x-ndjson',
    foreign: 200,
  },
  [`PUT ${INGESTION}/personnel`]: {
    role: 'ingest',
    answer: 204,
    body: (systemId) => JSON.stringify({ systemId, agents: [] }),
    foreign: 403,
  },
  ...Object.fromEntries(QUERIES.map((path) => [`GET /${path}`, { ...query, unlimited: 400 }])),
  ...Object.fromEntries(
    QUERIES.map((path) => [`GET /systems/:systemId/${path}`, { ...query, foreign: 403 }]),
  ),
  'GET /metrics': { role: 'ops', answer: 200 },
  'GET /ops/dead-letters': { role: 'ops', answer: 200 },
  'GET /ops/dead-letters/:id': { role: 'ops', answer: 404 },
  'POST /ops/dead-letters/:id/resend': { role: 'ops', answer: 503 },
  'GET /ops/audit': { role: 'ops', answer: 403, unlimited: 200, question: '' },
  'GET /ops/anomalies': { role: 'ops', answer: 200 },
  'GET /ops/timeline': { role: 'ops', answer: 200, question: 'agentId=1&from=1577836800&to=1577923200' },
  'GET /ops/systems': { role: 'ops', answer: 200, named: true, foreign: 403 },
  'GET /health/live': { role: 'anyone', answer: 200 },
  'GET /health/ready': { role: 'anyone', answer: 200 },
};
const rows = Object.entries(TABLE);

let app: NestFastifyApplication;
let url: string;
let log: RecordingLog;
let asked: string[];
let keys: Record<'ingestA' | 'queryA' | 'opsA' | 'ingest' | 'query' | 'ops' | 'several', string>;
const routes: string[] = [];

const record = (systemId: string) => void asked.push(systemId);
async function* pieces({ systemId }: { systemId: string }) {
  record(systemId);
  yield Buffer.from('{}');
}

/** Records the systems that it is asked for; A and B have sent events. */
const store: QueryStore = {
  askedBy: () => store,
  agentStatusData: pieces,
  agentLoginData: pieces,
  serviceGroupData: pieces,
  agentCallsData: pieces,
  agentChatsWorkTime: pieces,
  agentStatus: pieces,
  groupsOnlineLoad: async ({ systemId }) => (record(systemId), Buffer.from('{}')),
  personnel: async (systemId) => (record(systemId), Buffer.from('{}')),
  systems: async () => ['A', 'B'],
} as Partial<QueryStore> as QueryStore;

const systemsStore: SystemsStore = {
  askedBy: () => systemsStore,
  figures: async ({ systemId }) => (record(systemId ?? ''), []),
} as Partial<SystemsStore> as SystemsStore;

const recordAll = async (systems: readonly string[] | undefined) => (systems?.forEach(record), []);
const opsStores: {
  readonly audits: Pick<StoreAudits, 'run'>;
  readonly deadLetters: DeadLetterStore;
  readonly anomalies: AnomalyStore;
  readonly history: AgentHistoryStore;
} = {
  audits: { async *run() {} } as Pick<StoreAudits, 'run'>,
  deadLetters: {
    askedBy: () => opsStores.deadLetters,
    deadLetters: ({ systems }) => recordAll(systems),
    deadLetter: async (_id, systems) => void (await recordAll(systems)),
  } as Partial<DeadLetterStore> as DeadLetterStore,
  anomalies: {
    askedBy: () => opsStores.anomalies,
    anomalies: ({ systems }) => recordAll(systems),
  } as Partial<AnomalyStore> as AnomalyStore,
  history: {
    askedBy: () => opsStores.history,
    knownSystems: recordAll,
    intervals: async () => [],
    events: async () => [],
    sessions: async () => [],
    legs: async () => [],
  } as Partial<AgentHistoryStore> as AgentHistoryStore,
};

beforeAll(async () => {
  const file = join(temporaryDirectory(), 'keys.json');
  const A = { systems: ['A'] };
  keys = writeKeys(file, {
    ingestA: { roles: ['ingest'], ...A },
    queryA: { roles: ['query'], ...A },
    opsA: { roles: ['ops'], ...A },
    ingest: { roles: ['ingest'] },
    query: { roles: ['query'] },
    ops: { roles: ['ops'] },
    several: { roles: ['query', 'ingest'], systems: ['A', 'C'] },
  });
  const settings = readSettings({ API_KEYS_FILE: file });
  const logger = createLogger('silent');
  const metrics = createMetrics();
  log = new RecordingLog();
  const limits = { maxClockSkewSeconds: 300, retentionDays: 400 };
  class Everything {}
  app = await createServiceApp(
    settings,
    {
      module: Everything,
      imports: [
        ReceiverModule.register({ log, metrics, logger, limits }),
        OpsModule.register({
          ...opsStores,
          systems: systemsStore,
          metrics,
          logger,
          limits,
          resubmitting: undefined,
        }),
        QueryModule.register({ store, metrics, logger, defaultSystemId: undefined }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: READINESS_CHECKS, useValue: {} },
        { provide: SCRAPE, useValue: async () => ({ contentType: 'text/plain', text: '' }) },
      ],
    },
    logger,
    [
      registerIngestionHooks,
      (server) => {
        server.addHook('onRoute', ({ method, url: path }) => {
          for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${path}`);
        });
        server.get('/undeclared', async () => 'what nobody said who may see');
      },
    ],
  );
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

beforeEach(() => {
  log.kept.length = 0;
  asked = [];
});

afterAll(async () => {
  await app.close();
  removeTemporaryDirectories();
});

function ask(route: string, key: string | undefined, systemId = 'A'): Promise<Answer> {
  const [method, path] = route.split(' ') as [string, string];
  const { body, type, named, question: own = PERIOD } = TABLE[route] ?? {};
  const question = named ? `?systemId=${systemId}` : `?${own}`;
  const address = `${url}${path.replace(':systemId', systemId)}${method === 'GET' ? question : ''}`;
  return request(address, {
    method,
    headers: {
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body(systemId) }),
  });
}

const keyOfA = (role: Exclude<Row['role'], 'anyone'>) => keys[`${role}A`];
const kept = () => ({
  statuses: log.keptIn(Topic.status),
  contacts: log.keptIn(Topic.contact),
  directories: log.keptIn(Topic.personnel),
  deadLetters: log.keptIn(Topic.deadLetter),
});

describe('access', () => {
  it('is specified by this table for every route of the service', () => {
    expect([...new Set(routes)].sort()).toEqual([...rows.map(([route]) => route), 'GET /undeclared'].sort());
  });

  it('is denied to every key on a route that declares no role, for HEAD as for GET', async () => {
    for (const key of Object.values(keys)) expect((await ask('GET /undeclared', key)).status).toBe(403);
    expect((await ask('HEAD /undeclared', keys.ops)).status).toBe(403);
    expect((await ask('HEAD /metrics', keys.query)).status).toBe(403);
    expect((await ask('GET /undeclared', undefined)).status).toBe(401);
  });

  it('does not reveal to clients without a key which paths exist', async () => {
    expect((await ask('GET /nowhere', undefined)).status).toBe(401);
    expect((await ask('GET /nowhere', keys.ops)).status).toBe(404);
  });

  describe.each(rows)('%s', (route, row) => {
    const isOpen = row.role === 'anyone';

    it('requires a key, and names the scheme', async () => {
      const answer = await ask(route, undefined);
      expect(answer.status).toBe(isOpen ? row.answer : 401);
      if (isOpen) return;
      expect(answer.headers['www-authenticate']).toContain('Bearer');
      expect(answer.json()).toEqual({
        field: '',
        message: expect.any(String),
        description: expect.any(String),
      });
      expect(log.kept).toEqual([]);
    });

    it('rejects a key that is almost right', async () => {
      if (row.role === 'anyone') return;
      const right = keys[row.role];
      const last = right.at(-1) === 'A' ? 'B' : 'A';
      for (const wrong of [`${right}A`, right.slice(0, -1) + last, right.split('.')[1]!, `${row.role}.`]) {
        expect([401, 429]).toContain((await ask(route, wrong)).status);
      }
      expect([log.kept, asked]).toEqual([[], []]);
    });

    it('rejects a key of another role', async () => {
      for (const role of ['ingest', 'query', 'ops'] as const) {
        const isRight = isOpen || role === row.role;
        expect([role, (await ask(route, keys[role])).status]).toEqual([
          role,
          isRight ? (row.unlimited ?? row.answer) : 403,
        ]);
        if (!isRight) expect([log.kept, asked]).toEqual([[], []]);
        log.kept.length = 0;
        asked = [];
      }
    });

    it('accepts a key of the system that the request names', async () => {
      if (row.role === 'anyone') return;
      const answer = await ask(route, keyOfA(row.role));
      expect(answer.status).toBe(row.answer);
      expect(asked.every((systemId) => systemId === 'A')).toBe(true);
      if (row.role === 'query') expect(asked).toEqual(['A']);
      expect(kept().deadLetters).toEqual([]);
      if (row.role === 'ingest') expect(log.kept).not.toEqual([]);
    });

    it('lets a key of one system neither read nor write data of another', async () => {
      if (row.role === 'anyone' || row.foreign === undefined) return;
      const answer = await ask(route, keyOfA(row.role), 'B');
      expect(answer.status).toBe(row.foreign);
      if (row.foreign === 403) expect(answer.json()).toMatchObject({ field: 'systemId' });
      expect(asked).toEqual([]);
      const { deadLetters, ...events } = kept();
      expect(events).toEqual({ statuses: [], contacts: [], directories: [] });
      for (const letter of deadLetters)
        expect(letter).toMatchObject({ reason: 'forbidden_system', systemId: 'A' });
      const lost = row.role === 'ingest' && row.foreign !== 403 && deadLetters.length === 0;
      expect(lost).toBe(false);
    });
  });

  it('by a key of several systems is limited to them and requires a system id', async () => {
    const named = 'GET /systems/:systemId/personnel';
    expect((await ask(named, keys.several, 'A')).status).toBe(200);
    expect((await ask(named, keys.several, 'C')).status).toBe(200);
    expect((await ask(named, keys.several, 'B')).status).toBe(403);
    const unnamed = await ask('GET /personnel', keys.several);
    expect([unnamed.status, asked]).toEqual([400, ['A', 'C']]);
  });

  it('assigns dead letters without a readable system to the system of the key', async () => {
    const headers = { 'x-api-key': keys.ingestA };
    const incomplete = JSON.stringify({ systemId: 'B', workerId: '1' });
    await request(`${url}${INGESTION}/status`, { method: 'POST', headers, body: incomplete });
    await request(`${url}${INGESTION}/status`, { method: 'POST', headers, body: '{' });
    expect(kept().deadLetters.map(({ systemId, reason }) => [systemId, reason])).toEqual([
      ['A', 'missing_field'],
      ['A', 'malformed'],
    ]);
  });

  it('is checked for each line of an upload by the system of that line', async () => {
    const answer = await request(`${url}${INGESTION}/events`, {
      method: 'POST',
      headers: { 'x-api-key': keys.ingestA, 'content-type': 'application/x-ndjson' },
      body: `${statusOf('A')}\n${statusOf('B')}\n${contactOf('A')}\n`,
    });
    expect(answer.json()).toMatchObject({
      received: 3,
      accepted: 2,
      deadLettered: 1,
      rejections: [{ line: 2 }],
    });
    expect(kept()).toMatchObject({ statuses: [{ systemId: 'A' }], contacts: [{ systemId: 'A' }] });
  });

  it('is refused with the field systemId under strict handling', async () => {
    const answer = await request(`${url}${INGESTION}/status`, {
      method: 'POST',
      headers: { 'x-api-key': keys.ingestA, prefer: 'handling=strict' },
      body: statusOf('B'),
    });
    expect([answer.status, answer.json()]).toEqual([400, expect.objectContaining({ field: 'systemId' })]);
  });
});
