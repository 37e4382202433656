import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StoreConnection } from '#store';
import { runCommand, type CommandOutcome } from '../support/processes/run-command.js';
import {
  eventually,
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
import { onServer, storeEnvironment, storeIn } from '../support/store/store-under-test.js';

/** The audit compares few rows here, but its SQL takes long to plan when other suites share the cores. */
const SLOW_MS = 600_000;
const AUDIT = 'maintenance/src/audit.js';
const COMPARED = /(\d+) tables, ([\d ]+) rows compared in \d+ s\.\n/;

describe('npm run audit', () => {
  const dataDirectory = temporaryDirectory();
  const { database } = storeIn(dataDirectory);
  let answersBefore: string[];

  beforeAll(async () => {
    const service = await StandaloneProcess.start({ dataDirectory });
    await sendStatuses(service.url);
    await sendContacts(service.url);
    await sendPersonnel(service.url);
    await untilProjected(service.url);
    answersBefore = await answers(service.url);
    await service.stop();
  });

  afterAll(removeTemporaryDirectories);

  const audit = (...args: string[]): Promise<CommandOutcome> =>
    runCommand(AUDIT, args, storeEnvironment(dataDirectory));
  const onStore = async <T>(work: (connection: StoreConnection) => Promise<T>): Promise<T> => {
    const connection = StoreConnection.open(storeIn(dataDirectory));
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  };
  const spoilLeg = () =>
    onStore((connection) =>
      connection.command(
        `INSERT INTO ${database}.legs
         SELECT * REPLACE (talk_ms + 1 AS talk_ms, version + 1000000 AS version)
         FROM ${database}.legs FINAL WHERE contact_id = 'plain'`,
      ),
    );
  const expectRepaired = async () => {
    const repaired = await audit('--repair');
    expect([repaired.code, repaired.errors]).toEqual([0, '']);
    expect(repaired.output).toMatch(/No differences: /);
    const service = await StandaloneProcess.start({ dataDirectory });
    expect(await answers(service.url)).toEqual(answersBefore);
    await service.stop();
  };

  it('finds no differences in statuses, contacts and directories, despite late and defective events', async () => {
    const { code, output, errors } = await audit();
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(/^No differences: /);
    const [, tables, rows] = COMPARED.exec(output)!;
    expect(tables).toBe('11');
    expect(Number(rows)).toBeGreaterThan(20);
  });

  it('compares a sample, and the same sample again with the printed seed', async () => {
    const first = await audit('--sample', '2');
    expect(first).toMatchObject({ code: 0, errors: '' });
    const seed = /--seed (\d+) selects the same again/.exec(first.output)![1]!;
    const again = await audit('--sample', '2', '--seed', seed);
    expect(COMPARED.exec(again.output)![2]).toBe(COMPARED.exec(first.output)![2]);
  });

  it(
    'lists the table and the rows that differ, and repairs them',
    async () => {
      await spoilLeg();
      const { code, output } = await audit();
      expect(code).toBe(1);
      expect(output).toMatch(/^missing in legs: \["e2e","plain","1",.*\]$/m);
      expect(output).toMatch(/^surplus in legs: \["e2e","plain","1",.*\]$/m);
      expect(output).toMatch(/^2 differences \(2 in legs\): /m);
      expect(output).toContain('npm run audit -- --repair');
      await expectRepaired();
    },
    SLOW_MS,
  );

  it.each([
    ['raw events', ['status_events', 'contact_events']],
    ['the rows projected from them', ['state_intervals', 'timelines', 'anomalies', 'legs', 'answered_legs']],
  ])(
    'detects that %s are gone, and restores them',
    async (_, tables) => {
      await onStore(async (connection) => {
        for (const table of tables) await connection.command(`TRUNCATE TABLE ${database}.${table}`);
      });
      const { code, output } = await audit();
      expect(code).toBe(1);
      for (const table of tables) expect(output).toMatch(new RegExp(`\\d in ${table}\\b`));
      await expectRepaired();
    },
    SLOW_MS,
  );

  describe('on an embedded store with damaged files', () => {
    const parts = async (table: string) =>
      onStore(async (connection) => {
        const rows = await connection.rows<[string]>(
          `SELECT path FROM system.parts WHERE active AND database = {database:String} AND table = {table:String}`,
          { database, table },
        );
        return rows.map(([path]) => path);
      });

    const itEmbedded = onServer() ? it.skip : it;

    itEmbedded(
      'finds a deleted part of raw events and one of intervals, and restores both',
      async () => {
        for (const table of ['status_events', 'state_intervals']) {
          const [path] = await parts(table);
          rmSync(resolvePath(dataDirectory, path!), { recursive: true });
        }
        expect(await audit()).toMatchObject({ code: 1 });
        await expectRepaired();
      },
      SLOW_MS,
    );

    itEmbedded(
      'finds a flipped bit and repairs it',
      async () => {
        for (const table of ['state_intervals', 'contact_events']) {
          for (const path of await parts(table)) flipBit(resolvePath(dataDirectory, path));
        }
        const { code, output } = await audit();
        expect(code).toBe(1);
        expect(output).toMatch(/^damaged part \S+ of state_intervals: /m);
        await expectRepaired();
      },
      SLOW_MS,
    );
  });

  it.each([
    ['an unknown option', ['--all'], '--all'],
    ['a seed without a sample', ['--seed', '1'], '--sample'],
    ['a sample of nothing', ['--sample', '0'], '--sample must be'],
    ['a repair of a sample', ['--repair', '--sample', '1'], '--repair'],
    ['an invalid address', ['--url', 'localhost'], '--url must be'],
  ])('refuses %s with exit code 2', async (_, args, message) => {
    const { code, output, errors } = await audit(...args);
    expect([code, output]).toEqual([2, '']);
    expect(errors).toContain(message);
    expect(errors).toContain('npm run audit -- --help');
  });

  it('prints its usage without creating a store', async () => {
    const empty = temporaryDirectory();
    const help = await runCommand(AUDIT, ['--help'], { DATA_DIR: empty });
    expect(help).toMatchObject({ code: 0, errors: '' });
    expect(help.output).toContain('Usage: npm run audit');
    if (!onServer()) {
      const none = await runCommand(AUDIT, [], { DATA_DIR: empty });
      expect(none).toMatchObject({ code: 2, output: '' });
      expect(none.errors).toContain('There is no store in');
    }
    expect(readdirSync(empty)).toEqual([]);
  });

  describe('beside a running service', () => {
    let service: StandaloneProcess;

    beforeEach(async () => {
      service = await StandaloneProcess.start({ dataDirectory, env: { SELF_AUDIT_INTERVAL: '0' } });
    });
    afterEach(() => service.stop());

    const beside = (...args: string[]) =>
      runCommand(AUDIT, [...args, '--url', service.url], storeEnvironment(dataDirectory));

    it('asks the service, which finds no differences while events arrive', async () => {
      const audited = Promise.all([beside(), beside('--sample', '3')]);
      for (let i = 0; i < 30; i++) await sendContacts(service.url, `during-${i}-`);
      const outcomes = await audited;
      // Only one audit runs at a time, so the other may have been refused.
      for (const { code, output, errors } of outcomes) {
        if (code === 2) expect(errors).toContain('an audit is already running');
        else expect(output).toMatch(/No differences: \d+ tables/);
      }
      expect(outcomes.some(({ code }) => code === 0)).toBe(true);
    });

    it('finds the service by PORT while the service holds the embedded store', async () => {
      if (onServer()) return;
      const environment = { ...storeEnvironment(dataDirectory), PORT: new URL(service.url).port };
      const outcome = await runCommand(AUDIT, ['--sample', '2'], environment);
      expect(outcome.code).toBe(0);
      expect(outcome.output).toContain('No differences: ');
      const repair = await runCommand(AUDIT, ['--repair'], environment);
      expect(repair.code).toBe(2);
      expect(repair.errors).toContain('stop the service first');
    });

    it('exits with 2 if nothing answers', async () => {
      const outcome = await runCommand(AUDIT, ['--url', 'http://127.0.0.1:1'], {});
      expect(outcome.code).toBe(2);
      expect(outcome.errors).toContain('does not answer');
    });

    it('makes the service answer 400 to invalid numbers and to a system id', async () => {
      for (const [query, field] of [
        ['sample=0', 'sample'],
        ['sample=x', 'sample'],
        ['seed=-1', 'seed'],
        ['systemId=e2e', 'systemId'],
      ] as const) {
        const answer = await request(`${service.url}/ops/audit?${query}`);
        expect([answer.status, (answer.json() as { field: string }).field]).toEqual([400, field]);
      }
    });

    it('runs by itself in the service, which exports the result as metrics', async () => {
      await service.stop();
      service = await StandaloneProcess.start({ dataDirectory, env: { SELF_AUDIT_INTERVAL: '1' } });
      const lastSuccess = () => metric(service.url, 'wfm_audit_last_success_timestamp_seconds');
      await eventually(async () => (await lastSuccess()) > 0, 60_000);
      expect(await metric(service.url, 'wfm_audit_differences')).toBe(0);
    });
  });

  it(
    'runs by itself in the service, which reports a difference in metrics and log',
    async () => {
      await spoilLeg();
      const service = await StandaloneProcess.start({ dataDirectory, env: { SELF_AUDIT_INTERVAL: '1' } });
      await eventually(async () => (await metric(service.url, 'wfm_audit_differences')) > 0, 120_000);
      await service.stop();
      await expectRepaired();
    },
    SLOW_MS,
  );
});

function resolvePath(dataDirectory: string, path: string): string {
  return path.startsWith('/') ? path : join(dataDirectory, 'store', path);
}

/** Flips a bit in the middle of the largest column file of a part. */
function flipBit(part: string): void {
  const file = readdirSync(part)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => join(part, name))
    .sort((a, b) => statSync(b).size - statSync(a).size)[0]!;
  const bytes = readFileSync(file);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(file, bytes);
}

/** The answers to all queries about the agents, groups and contacts below. */
async function answers(url: string): Promise<string[]> {
  await untilProjected(url);
  const period = 'startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z';
  const paths = [
    `historic/agentStatusData?${period}&agentId=w`,
    `historic/agentLoginData?${period}&agentId=w`,
    `historic/agentCallsData?${period}&agentId=w`,
    `historic/serviceGroupData?${period}&groupId=1,2&step=86400000`,
    'online/agentStatus',
  ];
  const bodies: string[] = [];
  for (const path of paths) {
    const answer = await request(`${url}/systems/e2e/${path}`);
    bodies.push(`${answer.status} ${answer.body.toString()}`);
  }
  return bodies;
}

const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;

async function sendStatuses(url: string): Promise<void> {
  const enter = { systemId: 'e2e', workerId: 'w', stateCode: 'ready', stateName: 'Ready', action: 1 };
  for (const event of [
    { ...enter, actionTime: secondsAgo(900) },
    { ...enter, actionTime: secondsAgo(800), stateCode: 'break' },
    { ...enter, actionTime: secondsAgo(600), action: 0 },
    { ...enter, actionTime: secondsAgo(850), action: 0 },
  ]) {
    expect((await postStatus(url, event)).status).toBe(204);
  }
}

/** A plain contact, one whose first step arrives last, one that lost an end, and one that only a bot handled. */
async function sendContacts(url: string, prefix = ''): Promise<void> {
  const begin = secondsAgo(900);
  const systemId = prefix === '' ? 'e2e' : 'during';
  for (const [contactId, action, after, groupId, workerId] of [
    ['plain', 'queued', 0, '1'],
    ['plain', 'offered', 5, '1', 'w'],
    ['plain', 'answered', 8, '1', 'w'],
    ['plain', 'finished', 60, '1', 'w'],
    ['plain', 'wrapped', 70, '1', 'w'],
    ['late', 'transferred', 60, '1', 'w'],
    ['late', 'queued', 60, '2'],
    ['late', 'abandoned', 90, '2'],
    ['late', 'queued', 0, '1'],
    ['lost', 'queued', 0, '1'],
    ['lost', 'answered', 5, '2', 'w'],
    ['lost', 'held', 9, '1', 'w'],
    ['bot', 'queued', 0, '1'],
    ['bot', 'bot_closed', 3, '1'],
  ] as const) {
    const step = { systemId, contactId: `${prefix}${contactId}`, action, groupId, workerId };
    expect((await postContact(url, { ...step, actionTime: begin + after })).status).toBe(204);
  }
}

/** Two directories; the second replaces the first. */
async function sendPersonnel(url: string): Promise<void> {
  const agent = { id: 'w', name: 'Agent', agentGroups: [{ groupId: '1' }, { groupId: '2' }] };
  const serviceGroups = [{ id: '1', name: 'One', status: 'ACTIVE' }];
  for (const services of [undefined, [{ id: 's', name: 'Service', status: 'ACTIVE', serviceGroups }]]) {
    expect((await putPersonnel(url, { systemId: 'e2e', services, agents: [agent] })).status).toBe(204);
  }
}
