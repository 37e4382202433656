import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedEventLog, encodeStatusRecord, producerIdAt, Topic, withOrigin } from '#event-log';
import { runImport } from '../support/processes/import-process.js';
import {
  eventually,
  metric,
  postContact,
  postStatus,
  putPersonnel,
  request,
  untilProjected,
} from '../support/http/service-client.js';
import { reasonForNoDisk, RESERVED_BYTES, smallDisk } from '../support/processes/small-disk.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const NOW = Math.floor(Date.now() / 1000);
const noDisk = reasonForNoDisk();
const itOnSmallDisk = noDisk === undefined ? it : it.skip;

interface Figures {
  systemId: string;
  received: number;
  stored: number;
  repeats: number;
  deadLettered: number;
  unaccounted: number;
  redelivered: number;
  [name: string]: unknown;
}

describe(`GET /ops/systems${noDisk ? ` (without a full disk: ${noDisk})` : ''}`, () => {
  const dataDirectory = temporaryDirectory();
  const log = join(dataDirectory, 'log');
  let service: StandaloneProcess;
  const expected = { received: 0, stored: 0, repeats: 0, deadLettered: 0 };

  const expectMore = (more: Partial<typeof expected>) => {
    for (const [name, count] of Object.entries(more)) {
      expected[name as keyof typeof expected] += count;
      expected.received += count;
    }
  };
  const status = (workerId: string, more: object = {}) => ({
    systemId: 'a',
    workerId,
    stateCode: 'Work',
    stateName: 'Work',
    actionTime: NOW,
    action: 1,
    ...more,
  });
  const figures = async (query = '') => {
    const answer = await request(`${service.url}/ops/systems${query}`);
    expect(answer.status).toBe(200);
    return answer.json() as Figures[];
  };
  const of = async (systemId: string) => (await figures(`?systemId=${systemId}`))[0]!;
  const gauge = (name: string) => metric(service.url, `wfm_${name}`);
  const expectExact = async () => {
    await untilProjected(service.url);
    expect(await of('a')).toMatchObject({ ...expected, unaccounted: 0, redelivered: 0 });
    await eventually(async () => (await gauge('unaccounted_events')) === 0);
    expect(await gauge('unreconciled_systems')).toBe(0);
  };

  beforeAll(async () => {
    mkdirSync(log);
    if (noDisk === undefined) smallDisk.mount(log);
    service = await StandaloneProcess.start({ dataDirectory });
  });

  afterAll(async () => {
    await service.stop();
    if (noDisk === undefined) smallDisk.unmount(log);
    removeTemporaryDirectories();
  });

  it('is empty before anything was sent', async () => {
    expect(await figures()).toEqual([]);
    expect(await figures('?systemId=a')).toEqual([]);
  });

  it('accounts for posts of every kind', async () => {
    for (let i = 0; i < 30; i++) await postStatus(service.url, status(`${i}`));
    for (let i = 0; i < 5; i++) await postStatus(service.url, status(`${i}`));
    await postStatus(service.url, status('30', { action: 0 }));
    await postStatus(service.url, status('', {}));
    await postStatus(service.url, status('1', { actionTime: 5 }));
    const step = { systemId: 'a', contactId: 'c', groupId: 'g', actionTime: NOW, action: 'queued' };
    for (let i = 0; i < 2; i++) await postContact(service.url, step);
    await postContact(service.url, { ...step, action: 'nothing' });
    await putPersonnel(service.url, { systemId: 'a', services: [], agents: [{ id: '1', name: 'One' }] });
    expectMore({ stored: 33, repeats: 6, deadLettered: 3 });
    await expectExact();
    expect(await of('a')).toMatchObject({
      systemId: 'a',
      lastActionTime: new Date(NOW * 1000).toISOString().replace('.000Z', 'Z'),
      silent: false,
      unmappedAgents: { count: 29, sample: expect.arrayContaining(['0', '10']) as unknown },
      exitsWithoutEnter: 1,
      lostExits: 0,
      contactAnomalies: {},
      deadLettersByReason: { invalid_field: 2, too_old: 1 },
    });
    const { lastReceivedAt } = await of('a');
    expect(Math.abs(Date.parse(String(lastReceivedAt)) - Date.now())).toBeLessThan(60_000);
    await eventually(async () => (await gauge('unmapped_agents')) === 29);
    expect(await gauge('silent_systems')).toBe(0);
  });

  it('accounts separately for other systems and for events without a system', async () => {
    await postStatus(service.url, 'not JSON');
    await postStatus(service.url, status('1', { systemId: 'x'.repeat(257) }));
    await postStatus(service.url, status('1', { systemId: 'b' }));
    await untilProjected(service.url);
    const account = { repeats: 0, unaccounted: 0, unmappedAgents: null };
    expect(await figures()).toMatchObject([
      { systemId: '', received: 2, stored: 0, deadLettered: 2, ...account, lastReceivedAt: null },
      { systemId: 'a', ...expected },
      { systemId: 'b', received: 1, stored: 1, deadLettered: 0, ...account },
    ]);
  });

  it('accounts for uploads', async () => {
    const lines = Array.from({ length: 20 }, (_, i) => JSON.stringify(status(`${25 + i}`)));
    lines.push(JSON.stringify(status('1', { action: 7 })), 'not JSON');
    await request(`${service.url}/ccwfm/api/rest/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: lines.join('\n'),
    });
    // Only an exit of worker 30 was known.
    expectMore({ stored: 15, repeats: 5, deadLettered: 1 });
    await expectExact();
  });

  itOnSmallDisk('leaves out events that were answered 503', async () => {
    smallDisk.fill(log, RESERVED_BYTES - 1);
    for (let i = 0; i < 6; i++) {
      expect((await postStatus(service.url, status(`refused ${i}`))).status).toBe(503);
    }
    smallDisk.clear(log);
    await postStatus(service.url, status('after the outage'));
    await postStatus(service.url, status('and another'));
    expectMore({ stored: 2 });
    await expectExact();
  });

  it('accounts for imports', async () => {
    const path = join(temporaryDirectory(), 'events.ndjson');
    const lines = Array.from({ length: 1_500 }, (_, i) => JSON.stringify(status(`imported ${i % 1_200}`)));
    writeFileSync(path, [...lines, JSON.stringify(status('1', { action: 7 }))].join('\n'));
    await runImport(dataDirectory, [path]);
    expectMore({ stored: 1_200, repeats: 300, deadLettered: 1 });
    await expectExact();
  });

  it('is exact after a kill, with every acknowledged event included', async () => {
    let acknowledged = 0;
    const posts = Array.from({ length: 300 }, async (_, i) => {
      const answer = await postStatus(service.url, status(`killed ${i}`)).catch(() => undefined);
      if (answer?.status === 204) acknowledged++;
    });
    await eventually(() => acknowledged >= 50);
    await service.kill();
    await Promise.all(posts);
    service = await StandaloneProcess.start({ dataDirectory });
    await untilProjected(service.url);
    const before = await of('a');
    expect(before.stored - expected.stored).toBeGreaterThanOrEqual(acknowledged);
    expect(before.unaccounted).toBe(0);
    expectMore({ stored: before.stored - expected.stored });
    for (let i = 0; i < 10; i++) await postStatus(service.url, status(`after the kill ${i % 8}`));
    expectMore({ stored: 8, repeats: 2 });
    await expectExact();
  });

  it('is the same after a rebuild from the log', async () => {
    const before = await figures();
    expect(await service.stop()).toBe(0);
    await promisify(execFile)(process.execPath, [resolve('dist/apps/maintenance/src/rebuild.js')], {
      env: { PATH: process.env['PATH'], DATA_DIR: dataDirectory },
    });
    service = await StandaloneProcess.start({ dataDirectory });
    expect(await figures()).toEqual(before);
    await expectExact();
  });

  it('shows missing records until they arrive, even if another record arrives twice', async () => {
    const receiver = producerIdAt(Date.now(), 7);
    const append = async (...numbers: number[]) => {
      const other = new EmbeddedEventLog({ directory: log });
      const records = numbers.map((number) => {
        const event = {
          ...status(`lost ${number}`),
          groupId: '',
          action: 'enter' as const,
          actionTime: NOW * 1000,
        };
        const origin = { producerId: receiver, sequence: number, lowWatermark: number - 1, rejected: [] };
        return withOrigin(encodeStatusRecord({ event, receivedAt: Date.now() }), origin);
      });
      await other.append(Topic.status, records);
      await other.close();
      await untilProjected(service.url);
    };
    await append(1, 2, 5, 2);
    expectMore({ stored: 3 });
    expect(await of('a')).toMatchObject({
      ...expected,
      received: expected.received + 2,
      unaccounted: 2,
      redelivered: 1,
    });
    await eventually(async () => (await gauge('unaccounted_events')) === 2);
    expect(await gauge('unreconciled_systems')).toBe(1);
    await append(3, 4);
    expectMore({ stored: 2 });
    expect(await of('a')).toMatchObject({ ...expected, unaccounted: 0, redelivered: 1 });
    await eventually(async () => (await gauge('unaccounted_events')) === 0);
  });

  it('counts defects of the requested period, and refuses an invalid one', async () => {
    const later = new Date(Date.now() + 60_000).toISOString();
    const [found] = await figures(
      `?systemId=a&from=${new Date(Date.now() + 1_000).toISOString()}&to=${later}`,
    );
    expect(found).toMatchObject({
      exitsWithoutEnter: 0,
      deadLettersByReason: {},
      unmappedAgents: { count: 0 },
    });
    const refused = await request(`${service.url}/ops/systems?from=yesterday`);
    expect([refused.status, refused.json()]).toEqual([400, expect.objectContaining({ field: 'from' })]);
    const twice = await request(`${service.url}/ops/systems?systemId=a&systemId=b`);
    expect([twice.status, twice.json()]).toEqual([400, expect.objectContaining({ field: 'systemId' })]);
  });
});
