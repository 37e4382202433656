import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runImport } from '../support/processes/import-process.js';
import {
  eventually,
  metric,
  postStatus,
  request,
  untilProjected,
  type Answer,
} from '../support/http/service-client.js';
import { MIB, reasonForNoDisk, RESERVED_BYTES, smallDisk } from '../support/processes/small-disk.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const NOW = Math.floor(Date.now() / 1000);
const SYSTEM = 'External system';
function expectUnavailable({ status, headers, json }: Answer): void {
  expect(status).toBe(503);
  expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
  expect(json()).toEqual({
    field: '',
    message: expect.stringMatching(/./) as string,
    description: expect.stringMatching(/./) as string,
  });
}

const noDisk = reasonForNoDisk();
const describeOnSmallDisk = noDisk === undefined ? describe : describe.skip;

describeOnSmallDisk(`while the disk of the event log is full${noDisk ? ` (skipped: ${noDisk})` : ''}`, () => {
  let service: StandaloneProcess;
  let log: string;
  let agents = 0;
  let refused = 0;
  const acknowledged: string[] = [];

  beforeAll(async () => {
    const dataDirectory = temporaryDirectory();
    log = join(dataDirectory, 'log');
    mkdirSync(log);
    smallDisk.mount(log);
    service = await StandaloneProcess.start({ dataDirectory });
  });

  afterAll(async () => {
    await service.kill();
    smallDisk.unmount(log);
    removeTemporaryDirectories();
  });

  const anyEvent = (workerId: string) => ({
    workerId,
    stateName: 'x'.repeat(256),
    stateCode: 'Work',
    systemId: SYSTEM,
    actionTime: NOW,
    action: 1,
  });

  /** Sends an event of a new agent. @returns whether it was acknowledged; otherwise it must be answered 503. */
  async function send(): Promise<boolean> {
    const event = anyEvent(`worker ${agents++}`);
    const answer = await postStatus(service.url, event);
    if (answer.status === 204) acknowledged.push(event.workerId);
    else {
      refused++;
      expectUnavailable(answer);
    }
    return answer.status === 204;
  }

  const sendMany = () => Promise.all(Array.from({ length: 50 }, send));
  const received = (outcome: string) => metric(service.url, 'wfm_events_received_total', { outcome });

  async function expectAcknowledgedAndNoOthersInStore(): Promise<void> {
    await untilProjected(service.url);
    const answer = await request(`${service.url}/systems/${encodeURIComponent(SYSTEM)}/online/agentStatus`);
    const stored = (answer.json() as { agentId: string }[]).map(({ agentId }) => agentId);
    expect(stored.sort()).toEqual([...acknowledged].sort());
    const labels = { type: 'status', outcome: 'stored' };
    expect(await metric(service.url, 'wfm_events_projected_total', labels)).toBe(acknowledged.length);
  }

  it('events are accepted while there is room, and answered 503 from then on', async () => {
    // Room for some hundred events. Which one is the last to fit depends on the batch it is appended in.
    smallDisk.fill(log, RESERVED_BYTES + MIB / 8);
    expect(await send()).toBe(true);
    await eventually(async () => !(await sendMany()).includes(true));
    smallDisk.fill(log, RESERVED_BYTES - MIB);
    expect(await sendMany()).not.toContain(true);
  });

  it.each([
    ['an event', anyEvent('1')],
    ['an invalid event', { ...anyEvent('1'), action: 5 }],
    ['a body that is not JSON', 'not JSON'],
    ['a body that is too large', 'x'.repeat(65 * 1024)],
  ])('%s is answered 503, also with strict handling', async (_what, body) => {
    for (const headers of [{}, { prefer: 'handling=strict' }]) {
      expectUnavailable(await postStatus(service.url, body, headers));
      refused++;
    }
  });

  it('an upload is answered 503 with the counts so far', async () => {
    const body = `${JSON.stringify(anyEvent('1'))}\nnot JSON\n`;
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await request(`${service.url}/ccwfm/api/rest/events`, { method: 'POST', headers, body });
    const { received: lines, accepted, deadLettered, ...refusal } = answer.json() as Record<string, unknown>;
    expectUnavailable({ ...answer, json: () => refusal });
    expect({ lines, accepted, deadLettered }).toEqual({ lines: 2, accepted: 0, deadLettered: 0 });
    refused += 2;
  });

  it('an import ends and says how to resume', async () => {
    const path = join(temporaryDirectory(), 'events.ndjson');
    writeFileSync(path, JSON.stringify(anyEvent('1')));
    const { code, stderr } = await runImport(service.dataDirectory, [path]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('Run the same command again once the event log is available') as string,
    ]);
  });

  it('the service is live but not ready, and answers queries', async () => {
    expect((await request(`${service.url}/health/live`)).status).toBe(200);
    const ready = await request(`${service.url}/health/ready`);
    expect(ready.status).toBe(503);
    expect(ready.json()).toMatchObject({ checks: { log: 'unavailable', store: 'ok' } });
    await expectAcknowledgedAndNoOthersInStore();
  });

  it('refused events are counted as unavailable, not as received', async () => {
    expect(await received('accepted')).toBe(acknowledged.length);
    expect(await received('unavailable')).toBe(refused);
    expect(await metric(service.url, 'wfm_dead_letters_total')).toBe(0);
  });

  it('events are accepted again as soon as there is room', async () => {
    smallDisk.clear(log);
    expect(await sendMany()).not.toContain(false);
    expect((await postStatus(service.url, 'not JSON', { prefer: 'handling=strict' })).status).toBe(400);
    expect((await request(`${service.url}/health/ready`)).status).toBe(200);
  });

  it('exactly the acknowledged events are stored, before and after a restart', async () => {
    await expectAcknowledgedAndNoOthersInStore();
    expect(await service.stop()).toBe(0);
    service = await StandaloneProcess.start({ dataDirectory: service.dataDirectory });
    await expectAcknowledgedAndNoOthersInStore();
  });

  it('the service can be restarted without losing anything', async () => {
    await sendMany();
    smallDisk.fill(log, RESERVED_BYTES - MIB);
    expect(await send()).toBe(false);
    expect(await service.stop()).toBe(0);
    service = await StandaloneProcess.start({ dataDirectory: service.dataDirectory });
    await expectAcknowledgedAndNoOthersInStore();
    expect(await send()).toBe(false);
    smallDisk.clear(log);
    expect(await send()).toBe(true);
    await expectAcknowledgedAndNoOthersInStore();
  });
});
