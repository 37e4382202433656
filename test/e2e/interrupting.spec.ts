import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { firstOf, nthStatus } from '../support/data/bulk-lines.js';
import { deadLettersIn } from '../support/store/dead-letters.js';
import { ImportProcess, runImport } from '../support/processes/import-process.js';
import { eventually, metric, untilProjected } from '../support/http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const LINES = 120_000;
const BAD_EVERY = 1_000;
const SYSTEM = 'interrupted';

/** The progress of the only import of a data directory, once it is durable. */
function progressIn(dataDirectory: string): { finishedAt?: string } | undefined {
  const imports = join(dataDirectory, 'imports');
  if (!existsSync(imports)) return undefined;
  const name = readdirSync(imports).find((one) => one.endsWith('.json'));
  return name === undefined
    ? undefined
    : (JSON.parse(readFileSync(join(imports, name), 'utf8')) as { finishedAt?: string });
}

describe('Ctrl+C', () => {
  afterAll(removeTemporaryDirectories);

  it('stops an import, which the same command continues without importing a line twice', async () => {
    const dataDirectory = temporaryDirectory();
    const path = join(temporaryDirectory(), 'large.ndjson');
    const isBad = (n: number) => n % BAD_EVERY === 0;
    const lines = firstOf(LINES, (n) => (isBad(n) ? `bad ${n}` : JSON.stringify(nthStatus(n, SYSTEM))));
    writeFileSync(path, lines.join('\n'));

    const running = new ImportProcess(dataDirectory, [path]);
    await eventually(() => progressIn(dataDirectory) !== undefined);
    const { code, stdout, stderr } = await running.interrupt();
    expect([code, stdout]).toEqual([130, '']);
    const [, imported] = /^Interrupted\. ([\d,]+) lines of .*\. Run the same command again/m.exec(stderr)!;
    expect(progressIn(dataDirectory)).not.toHaveProperty('finishedAt');

    const again = await runImport(dataDirectory, [path]);
    expect(again.code).toBe(3);
    const next = Number(imported!.replaceAll(',', '')) + 1;
    expect(again.stdout).toContain(`; continued at line ${next.toLocaleString('en-US')}: `);

    const service = await StandaloneProcess.start({ dataDirectory });
    await untilProjected(service.url);
    const projected = (type: string, outcome: string) =>
      metric(service.url, 'wfm_events_projected_total', { type, outcome });
    const bad = LINES / BAD_EVERY;
    expect(await projected('status', 'stored')).toBe(LINES - bad);
    expect(await projected('status', 'repeat')).toBe(0);
    expect(await service.stop()).toBe(0);
    const bodies = (await deadLettersIn(dataDirectory)).map(({ body }) => body.toString());
    expect(bodies.sort()).toEqual(firstOf(bad, (n) => `bad ${n * BAD_EVERY}`).sort());
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends a command that waits for a service at once, by %s too',
    async (signal) => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const command = resolve('dist/apps/maintenance/src/dead-letters.js');
      const child = spawn(process.execPath, [command, 'list', '--url', url], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let errors = '';
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      await once(server, 'request');
      child.kill(signal);
      expect(await once(child, 'close')).toEqual([130, null]);
      expect(errors).toBe('Interrupted. Run the same command again.\n');
      server.closeAllConnections();
      server.close();
    },
  );
});
