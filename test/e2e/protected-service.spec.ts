import { join } from 'node:path';
import type { SimulationReport } from '../../apps/simulator/src/simulate.js';
import { writeKeys } from '../support/http/api-keys.js';
import { runCommand } from '../support/processes/run-command.js';
import { postStatus } from '../support/http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const SEED = '7';

describe('a service with keys', () => {
  let service: StandaloneProcess;
  let keys: Record<'all' | 'wfm' | 'sender' | 'ops', string>;

  beforeAll(async () => {
    const file = join(temporaryDirectory(), 'keys.json');
    keys = writeKeys(file, {
      all: { roles: ['ingest', 'query', 'ops'] },
      wfm: { roles: ['ingest', 'query'], systems: ['other'] },
      sender: { roles: ['ingest'] },
      ops: { roles: ['ops'] },
    });
    service = await StandaloneProcess.start({ env: { API_KEYS_FILE: file } });
  });

  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  const simulate = (args: string[], env: Record<string, string> = {}) =>
    runCommand(
      'simulator/src/main.js',
      ['--url', service.url, '--seed', SEED, '--agents', '3', '--deadline', '60', '--json', ...args],
      env,
    );

  it('passes the simulation with a key from the environment, which also reads the lag', async () => {
    const { code, output, errors } = await simulate([], { STATUSLEDGER_API_KEY: keys.all });
    const report = JSON.parse(output) as SimulationReport;
    expect([errors, report]).toEqual([expect.any(String), expect.objectContaining({ equal: true, lag: 0 })]);
    expect(code).toBe(0);
    expect(report.verdicts.length).toBeGreaterThan(0);
    expect(output + errors).not.toContain(keys.all);
  });

  it('passes the simulation with a key option of its system without the role ops', async () => {
    const args = ['--system', 'other', '--api-key', keys.wfm];
    const { code, output } = await simulate(args, { STATUSLEDGER_API_KEY: 'wrong' });
    expect(JSON.parse(output)).toMatchObject({ equal: true, lag: null, systemId: 'other' });
    expect(code).toBe(0);
  });

  it.each([
    ['no key', {}, '401'],
    ['a wrong key', { STATUSLEDGER_API_KEY: 'all.wrong' }, '401'],
  ])('makes the simulation with %s ask for a suitable one', async (_, env, status) => {
    const { code, output, errors } = await simulate([], env);
    expect([code, output]).toEqual([1, '']);
    expect(errors).toContain(`was answered ${status}`);
    expect(errors).toContain('Give a key that may both send events and query');
    expect(errors).toContain('STATUSLEDGER_API_KEY');
  });

  it('refuses the simulation with a key of another role or system', async () => {
    for (const key of [keys.sender, keys.wfm]) {
      const { code, errors } = await simulate([], { STATUSLEDGER_API_KEY: key });
      expect([code, errors]).toEqual([1, expect.stringContaining('was answered 403')]);
    }
  });

  it('lists and resends dead letters with a key of the role ops only', async () => {
    const status = { systemId: 's', workerId: 'w', stateCode: 'c', stateName: 'n', actionTime: 1, action: 5 };
    const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
    expect((await postStatus(service.url, status, bearer(keys.sender))).status).toBe(204);
    const letters = (args: string[], key: string) =>
      runCommand('maintenance/src/dead-letters.js', [...args, '--url', service.url], {
        STATUSLEDGER_API_KEY: key,
      });
    let listed = await letters(['list', '--system', 's', '--json'], keys.ops);
    for (const deadline = Date.now() + 30_000; listed.output === '' && Date.now() < deadline;) {
      listed = await letters(['list', '--system', 's', '--json'], keys.ops);
    }
    const { id } = JSON.parse(listed.output) as { id: string };
    expect(await letters(['resend', id], keys.ops)).toMatchObject({ code: 3 });
    expect(await letters(['list'], keys.sender)).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/says 403: [^]*use one of an operator/) as string,
    });
    expect(await letters(['list'], '')).toMatchObject({
      code: 1,
      errors: expect.stringMatching(/says 401: an API key is required[^]*STATUSLEDGER_API_KEY/) as string,
    });
  });
});
