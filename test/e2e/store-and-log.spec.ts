import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import type { StatusEvent } from '#domain';
import { StoreConnection } from '#store';
import { runCommand } from '../support/processes/run-command.js';
import { askIntervals, expectedIntervals, servedIntervals } from '../support/http/served-intervals.js';
import { eventually, metric, request } from '../support/http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';
import { anyStatusEvent } from '../support/data/status-event.arbitrary.js';
import { onServer } from '../support/store/store-under-test.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const AGENTS = 40;
const agents = Array.from({ length: AGENTS }, (_, i) => String(i + 1));
const EVENTS = 600;

/** A store and a log of different moments, or with parts missing. */
interface Case {
  readonly name: string;
  /** Builds the data directory from copies of `older` (the first half of the events) and `newer` (all of them). */
  make(to: string, from: { older: string; newer: string; other: string }): void | Promise<void>;
  /** The events then in the log, or the reason for refusing queries. */
  readonly outcome: 'all' | 'first half' | RegExp;
  readonly env?: Readonly<Record<string, string>>;
}

const copy = (part: string, from: string, to: string) =>
  cpSync(join(from, part), join(to, part), { recursive: true });

const CASES: readonly Case[] = [
  {
    name: 'nothing has changed',
    make: (to, { newer }) => cpSync(newer, to, { recursive: true }),
    outcome: 'all',
  },
  {
    name: 'the store was removed, as in a restored backup of the log',
    make: (to, { newer }) => copy('log', newer, to),
    outcome: 'all',
  },
  {
    name: 'the store is older than the log',
    make: (to, { older, newer }) => (copy('log', newer, to), copy('store', older, to)),
    outcome: 'all',
  },
  {
    name: 'both are of an older moment',
    make: (to, { older }) => cpSync(older, to, { recursive: true }),
    outcome: 'first half',
  },
  {
    name: 'the log is older than the store',
    make: (to, { older, newer }) => (copy('log', older, to), copy('store', newer, to)),
    outcome: /ahead of its log.*The log is the older one.*npm run rebuild/s,
  },
  {
    name: 'the log was removed',
    make: (to, { newer }) => copy('store', newer, to),
    outcome: /of another log.*The log is the younger one: it was lost, emptied or made again/s,
  },
  {
    name: 'the log belongs to another installation',
    make: (to, { newer, other }) => (copy('log', other, to), copy('store', newer, to)),
    outcome: /of another log.*npm run rebuild/s,
  },
  {
    name: 'the store has another database',
    make: (to, { newer }) => cpSync(newer, to, { recursive: true }),
    outcome: 'all',
    env: { CLICKHOUSE_DATABASE: 'another' },
  },
  {
    name: "the store's metadata was lost",
    make: (to, { newer }) => {
      cpSync(newer, to, { recursive: true });
      rmSync(join(to, 'store/metadata'), { recursive: true });
    },
    outcome: 'all',
  },
  ...['state_intervals', 'status_events', 'timelines'].map((table): Case => ({
    name: `a part of ${table} was deleted`,
    make: async (to, { newer }) => {
      cpSync(newer, to, { recursive: true });
      await deletePart(to, table);
    },
    outcome: /the store is damaged, parts of its tables are gone.*npm run rebuild/s,
  })),
  ...['projection_positions', 'systems', 'store_marks'].map((table): Case => ({
    name: `a part of ${table} was deleted`,
    make: async (to, { newer }) => {
      cpSync(newer, to, { recursive: true });
      await deletePart(to, table);
    },
    outcome: table === 'store_marks' ? 'all' : /parts of its tables are gone/,
  })),
  {
    name: 'the rules differ from those of the store',
    make: (to, { newer }) => cpSync(newer, to, { recursive: true }),
    outcome: /made by other rules.*STATE_MAX_AGE_SECONDS=43200.*npm run rebuild/s,
    env: { STATE_MAX_AGE_SECONDS: '3600' },
  },
];

const describeEmbedded = onServer() ? describe.skip : describe;

describeEmbedded(`store and log of different moments (seed ${seed})`, () => {
  const events = fc.sample(anyStatusEvent(AGENTS, { origin: Date.now() - 320 * 86_400_000 }), {
    seed,
    numRuns: EVENTS,
  });
  const [first, second, third] = [events.slice(0, 300), events.slice(300, 500), events.slice(500)];
  const from = { older: temporaryDirectory(), newer: temporaryDirectory(), other: temporaryDirectory() };

  beforeAll(async () => {
    await received(from.older, first);
    cpSync(from.older, from.newer, { recursive: true });
    await received(from.newer, second);
    await received(from.other, first.slice(0, 10));
  });

  afterAll(removeTemporaryDirectories);

  it.each(CASES)(
    'give right answers or a reason for none if $name, also after further events',
    async (test) => {
      const dataDirectory = temporaryDirectory();
      await test.make(dataDirectory, from);
      const service = await StandaloneProcess.start({ dataDirectory, env: test.env ?? {} });
      try {
        const { outcome } = test;
        const has = outcome === 'all' ? [...first, ...second] : first;
        if (outcome instanceof RegExp) await expectRefusal(service.url, outcome);
        else await expectIntervals(service.url, has);
        await send(service.url, third);
        if (outcome instanceof RegExp) await expectRefusal(service.url, outcome);
        else await expectIntervals(service.url, [...has, ...third]);
      } finally {
        await service.stop();
      }
    },
  );

  it('answer rightly again after a rebuild', async () => {
    const dataDirectory = temporaryDirectory();
    copy('log', from.older, dataDirectory);
    copy('store', from.newer, dataDirectory);
    // The engine would read the standard input as rows; the command must not let it.
    const environment = { DATA_DIR: dataDirectory };
    const rebuilt = await runCommand('maintenance/src/rebuild.js', [], environment, 'no row of ours\n');
    expect(rebuilt.errors).not.toMatch(/Error/);
    expect(rebuilt.code).toBe(0);
    const service = await StandaloneProcess.start({ dataDirectory });
    await expectIntervals(service.url, first);
    await send(service.url, third);
    await expectIntervals(service.url, [...first, ...third]);
    await service.stop();
  });

  it('answer 503 to the first queries if the store is ahead of the log, while readiness reports the reason', async () => {
    const dataDirectory = temporaryDirectory();
    copy('log', from.older, dataDirectory);
    copy('store', from.newer, dataDirectory);
    const service = await StandaloneProcess.start({ dataDirectory });
    const ready = await request(`${service.url}/health/ready`);
    expect(ready.status).toBe(200);
    expect(ready.json()).toMatchObject({
      status: 'degraded',
      checks: { log: 'ok', store: 'ok', projection: 'degraded' },
      reasons: { projection: expect.stringContaining('ahead of its log') },
    });
    expect(await metric(service.url, 'wfm_projection_blocked', { topic: 'wfm.status.v1' })).toBe(1);
    for (const path of ['/online/agentStatus', '/personnel', '/ops/anomalies', '/ops/systems']) {
      const answer = await request(`${service.url}${path}`);
      expect([path, answer.status, answer.headers['retry-after']]).toEqual([path, 503, '60']);
    }
    expect((await request(`${service.url}/ops/dead-letters`)).status).toBe(200);
    expect(service.log).toMatch(/nothing is projected: the store is ahead of its log/);
    await service.stop();
  });
});

/** Sends the events to a service on the directory, and stops it. */
async function received(dataDirectory: string, events: readonly StatusEvent[]): Promise<void> {
  const service = await StandaloneProcess.start({ dataDirectory });
  await send(service.url, events);
  expect(await service.stop()).toBe(0);
}

async function send(url: string, events: readonly StatusEvent[]): Promise<void> {
  const lines = events.map(({ action, groupId, ...event }) =>
    JSON.stringify({ ...event, ...(groupId === '' ? {} : { groupId }), action: action === 'enter' ? 1 : 0 }),
  );
  const answer = await request(`${url}/ccwfm/api/rest/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${lines.join('\n')}\n`,
  });
  expect([answer.status, answer.json()]).toMatchObject([200, {}]);
}

/** Waits for the right answer; until then queries are refused, or show the state before the last events. */
async function expectIntervals(url: string, events: readonly StatusEvent[]): Promise<void> {
  const expected = expectedIntervals(events);
  let served: readonly string[] | undefined;
  await eventually(
    async () => {
      const answer = await askIntervals(url, agents);
      if (answer.status === 503)
        expect((answer.json() as { message: string }).message).toMatch(/catching up|starting/);
      else served = servedIntervals(answer);
      return served?.join('\n') === expected.join('\n');
    },
    30_000,
    () => ({ served: served?.length, expected: expected.length }),
  );
}

/** Fails unless queries are refused with the reason, every time. */
async function expectRefusal(url: string, reason: RegExp): Promise<void> {
  for (let i = 0; i < 5; i++) {
    const answer = await askIntervals(url, agents);
    expect([answer.status, (answer.json() as { description: string }).description]).toEqual([
      503,
      expect.stringMatching(reason),
    ]);
  }
}

/** Deletes the directory of the largest part of a table, as a damaged disk or an operator's mistake would. */
async function deletePart(dataDirectory: string, table: string): Promise<void> {
  const connection = StoreConnection.open({ dataDirectory, database: 'statusledger' });
  const rows = await connection.rows<[string]>(
    `SELECT path FROM system.parts WHERE database = 'statusledger' AND table = {table:String} AND active
     ORDER BY rows DESC LIMIT 1`,
    { table },
  );
  await connection.close();
  const path = rows[0]![0];
  expect(existsSync(path) && readdirSync(path).length).toBeGreaterThan(1);
  rmSync(path, { recursive: true });
}
