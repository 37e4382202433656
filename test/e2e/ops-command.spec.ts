import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { allLetters } from '../support/http/ops-client.js';
import { runCommand } from '../support/processes/run-command.js';
import { postStatus, untilProjected } from '../support/http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}, input = '') =>
  runCommand('maintenance/src/dead-letters.js', args, env, input);

describe('npm run dead-letters', () => {
  let service: StandaloneProcess;
  const now = Math.floor(Date.now() / 1000);
  const event = {
    systemId: 's',
    workerId: 'w',
    stateCode: 'c',
    stateName: 'n',
    actionTime: now - 10,
    action: 1,
  };
  const at = (...args: string[]) => [...args, '--url', service.url];

  beforeAll(async () => {
    service = await StandaloneProcess.start();
    await postStatus(service.url, { ...event, action: 5, note: 'right to left: \u202e' });
    for (const workerId of ['a', 'b', 'c']) {
      await postStatus(service.url, {
        ...event,
        workerId,
        systemId: 'late',
        actionTime: Math.floor(Date.now() / 1000) + 304,
      });
    }
    await untilProjected(service.url);
  });

  afterAll(async () => {
    await service.stop();
    removeTemporaryDirectories();
  });

  it('lists letters for people and for scripts', async () => {
    const { code, output } = await run(at('list', '--system', 's'));
    expect(code).toBe(0);
    expect(output).toMatch(
      /^\S+Z {2}invalid_field {2}status of s {2}wfm\.dead-letter\.v1-\d+-\d+\n {4}The parameter action .*It is 5\.\n$/,
    );
    const lines = (await run(at('list', '--json', '--from', new Date((now - 60) * 1000).toISOString())))
      .output;
    expect(
      lines
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { systemId: string }).systemId),
    ).toEqual(['late', 'late', 'late', 's']);
    expect((await run(at('list', '--to', String(now - 1000)))).output).toBe('No dead letters match.\n');
    expect((await run(at('list', '--limit', '2'))).output).toContain(
      'These are the newest 2; raise --limit to see more.',
    );
  });

  it('shows a letter with its control characters escaped, and resends it corrected', async () => {
    const [letter] = await allLetters(service.url, { systemId: 's' });
    const shown = await run(at('show', letter!.id));
    expect(shown.output).toContain('Not resent yet.');
    expect(shown.output).toContain(`npm run dead-letters -- resend ${letter!.id} --body FILE`);
    expect(shown.output).not.toContain('\u202e');
    const asItCame = await run(at('resend', letter!.id));
    expect(asItCame).toMatchObject({
      code: 3,
      output: expect.stringContaining('was rejected again') as string,
    });
    const directory = temporaryDirectory();
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'corrected.json'), JSON.stringify(event));
    const corrected = await run(at('resend', letter!.id, '--body', join(directory, 'corrected.json')));
    expect(corrected).toMatchObject({ code: 0, output: `${letter!.id} was accepted as an event.\n` });
    await untilProjected(service.url);
    expect((await run(at('show', letter!.id))).output).toMatch(
      /Resent corrected at \S+ by 127\.0\.0\.1 \(statusledger-dead-letters, .*\): accepted/,
    );
    const fromInput = await run(at('resend', letter!.id, '--body', '-', '--json'), {}, JSON.stringify(event));
    expect(JSON.parse(fromInput.output)).toEqual({ id: letter!.id, outcome: 'accepted' });
  });

  it('resends many letters only after confirmation, and reports their outcomes', async () => {
    const unconfirmed = await run(at('resend', '--reason', 'in_future', '--system', 'late'));
    expect(unconfirmed).toMatchObject({ code: 2, output: '' });
    expect(unconfirmed.errors).toContain('3 letters would be resent: confirm it with --yes');
    // Each letter becomes acceptable in a different second, so it may take several commands.
    let accepted = 0;
    for (const deadline = Date.now() + 60_000; accepted < 3 && Date.now() < deadline;) {
      const { code, output } = await run(at('resend', '--reason', 'in_future', '--system', 'late', '--yes'));
      const [, taken, refused] = /^(\d) accepted, (\d) not\.\n$/m.exec(output) ?? [];
      accepted += Number(taken);
      const done = accepted === 3;
      expect({ code, refused: Number(refused) }).toEqual({ code: done ? 0 : 3, refused: 3 - accepted });
      await untilProjected(service.url); // The projector marks what was resent.
    }
    expect(accepted).toBe(3);
    expect(await allLetters(service.url, { systemId: 'late', resent: 'false' })).toEqual([]);
    const again = await run(at('resend', '--system', 'late', '--yes'));
    expect(again).toMatchObject({
      code: 0,
      output: 'No letters match that were not resent already.\n',
    });
  });

  it('says what to do next when something is wrong', async () => {
    const unknown = await run(at('show', 'none'));
    expect(unknown.code).toBe(1);
    expect(unknown.errors).toMatch(/404.*\nThere is no dead letter none.*\n.*dead-letters -- list/);
    const nobody = await run(['list', '--url', 'http://127.0.0.1:1']);
    expect(nobody.code).toBe(1);
    expect(nobody.errors).toMatch(/does not answer \(.+\)\.\nStart it, or give its address/);
    for (const args of [
      [],
      ['list', 'x'],
      ['show'],
      ['resend'],
      ['resend', 'x', 'y'],
      ['list', '--limit', '0'],
      ['list', '--from', 'noon'],
      ['list', '--url', 'ftp://x'],
      ['list', '--x'],
    ]) {
      expect(await run(args)).toMatchObject({ code: 2, errors: expect.stringContaining('--help') as string });
    }
    expect((await run(['--help'])).output).toContain('Usage: npm run dead-letters');
  });

  it('sends the key given as an option or in the environment', async () => {
    const keys: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      keys.push(request.headers.authorization);
      response.writeHead(401).end('{"field":"","message":"no","description":"none"}');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const refused = await run(['list', '--url', url, '--api-key', 'k1'], { STATUSLEDGER_API_KEY: 'k2' });
    await run(['list'], { STATUSLEDGER_API_KEY: 'k2', STATUSLEDGER_URL: url });
    await run(['list', '--url', url]);
    server.close();
    expect(keys).toEqual(['Bearer k1', 'Bearer k2', undefined]);
    expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining('--api-key') as string });
  });
});
