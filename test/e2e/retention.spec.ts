import { truncateSync } from 'node:fs';
import { join } from 'node:path';
import { metric, postStatus, request, untilProjected, eventually } from '../support/http/service-client.js';
import { runCommand, type CommandOutcome } from '../support/processes/run-command.js';
import { storeEnvironment } from '../support/store/store-under-test.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const DAY_SECONDS = 86_400;
const EVENTS = 300;

/** The environment of a process whose wall clock is ahead in all threads. */
function clockAhead(days: number): Record<string, string> {
  const script = `const right = Date.now; Date.now = () => right() + ${days * DAY_SECONDS * 1000};`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` };
}

describe('the retention of a service', () => {
  const dataDirectory = temporaryDirectory();
  let service: StandaloneProcess | undefined;

  afterAll(async () => {
    await service?.kill();
    removeTemporaryDirectories();
  });

  const start = async (env: Record<string, string> = {}) =>
    (service = await StandaloneProcess.start({ dataDirectory, env: { LOG_LEVEL: 'warn', ...env } }));
  const retention = (args: readonly string[], env: Record<string, string> = {}): Promise<CommandOutcome> =>
    runCommand('maintenance/src/retention.js', args, { ...storeEnvironment(dataDirectory), ...env });

  async function states(): Promise<number> {
    const period = 'startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z';
    const ids = Array.from({ length: EVENTS }, (_, i) => i).join(',');
    const { body } = await request(`${service!.url}/historic/agentStatusData?${period}&agentId=${ids}`);
    return body.toString().split('"stateCode"').length - 1;
  }

  it('deletes nothing when started with the clock 500 days ahead, and logs that; with the right clock all data is there', async () => {
    await start();
    const ago = Math.floor(Date.now() / 1000) - 20 * DAY_SECONDS;
    for (let i = 0; i < EVENTS; i++) {
      for (const action of [1, 0]) {
        const event = { systemId: 's', workerId: `${i}`, stateCode: 'Work', stateName: 'Work', action };
        const answer = await postStatus(service!.url, { ...event, actionTime: ago - 60 * action });
        expect(answer.status).toBe(204);
      }
    }
    await untilProjected(service!.url);
    const before = await states();
    expect(before).toBeGreaterThan(0);
    await service!.stop();

    await start(clockAhead(500));
    await eventually(async () => (await metric(service!.url, 'wfm_retention_held')) === 1);
    expect(service!.log).toContain('the retention is held and nothing was removed');
    expect(service!.log).toContain('npm run retention -- --apply');
    await service!.stop();

    await start();
    expect(await states()).toBe(before);
    expect(await metric(service!.url, 'wfm_retention_held')).toBe(0);
    expect(service!.log).toBe('');
  });

  it('can be inspected by a command while the service runs, which changes nothing', async () => {
    const shown = await retention([], clockAhead(500));
    expect(shown.code).toBe(0);
    expect(shown.output).toContain(`Found in the event log: ${2 * EVENTS} of ${2 * EVENTS} records.`);
    if (process.env['CLICKHOUSE_URL'] === undefined) expect(shown.output).toContain('The store is in use');
    expect(shown.output).toContain('The service does not remove it by itself');
    expect((await retention([])).output).toContain(`Found in the event log: 0 of ${2 * EVENTS} records.`);
    expect(await states()).toBeGreaterThan(0);
  });

  it('is confirmed by a command, which removes expired data from log and store', async () => {
    await service!.stop();
    const applied = await retention(['--apply'], clockAhead(800));
    expect(applied).toMatchObject({ code: 0, errors: '' });
    expect(applied.output).toContain(`Removed in the event log: ${2 * EVENTS} of ${2 * EVENTS} records.`);
    expect(applied.output).toContain('Removed in the store: state_intervals, month ');
    await start();
    expect(await states()).toBe(0);
    await service!.stop();
  });

  it('has a command that explains its options and rejects others', async () => {
    expect(await retention(['--help'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('--apply') as string,
    });
    expect(await retention(['--aply'])).toMatchObject({ code: 2, output: '' });
  });

  it('lets the service exit with a one-line message if its log was truncated', async () => {
    truncateSync(join(dataDirectory, 'log', 'data.mdb'));
    const outcome = await runCommand('standalone/src/main.js', [], { DATA_DIR: dataDirectory, PORT: '0' });
    expect(outcome.code).toBe(1);
    expect(outcome.errors).toMatch(/is not the event log that was here: data\.mdb is empty\. Put the right/);
    expect(outcome.errors).not.toContain('    at ');
  });
});
