import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { settingNames } from '#edge';

interface Instruction {
  readonly name: string;
  readonly text: string;
}

const instructions = instructionsOf(readFileSync('deploy/docker/Dockerfile', 'utf8'));
const finalStage = instructions.slice(instructions.map(({ name }) => name).lastIndexOf('FROM'));
const texts = (name: string, of = finalStage) => of.filter((i) => i.name === name).map(({ text }) => text);

/** The instructions of a Dockerfile, each on one line. */
function instructionsOf(dockerfile: string): Instruction[] {
  const lines = dockerfile.split('\n').filter((line) => !line.startsWith('#'));
  return lines
    .join('\n')
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => ({ name: line.split(' ')[0]!, text: line.slice(line.indexOf(' ') + 1).trim() }));
}

/** Names in `NAME=value` pairs, whose values may be quoted. */
function namesIn(pairs: string): string[] {
  return [...pairs.matchAll(/([\w.]+)=(?:"[^"]*"|\S*)/g)].map(([, name]) => name!);
}

describe('the image', () => {
  it('runs as a numeric user that is not root', () => {
    expect(texts('USER').at(-1)).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  it('starts and checks without a shell, which would not forward signals', () => {
    for (const form of [...texts('ENTRYPOINT'), ...texts('CMD')]) {
      expect(JSON.parse(form)).toEqual(expect.any(Array));
    }
    expect(texts('ENTRYPOINT')).toEqual(['["/app/entrypoint.sh"]']);
    expect(JSON.parse(texts('CMD').at(-1)!)).toEqual(['standalone']);
    const [healthcheck] = texts('HEALTHCHECK');
    expect(JSON.parse(/CMD (\[.*\])$/.exec(healthcheck!)![1]!)).toEqual(['node', '/app/health.mjs', 'live']);
  });

  it('sets only known settings, and does not allow anonymous clients', () => {
    const names = texts('ENV').flatMap(namesIn);
    expect(names).toEqual(expect.arrayContaining(['HOST', 'DATA_DIR']));
    expect(names.filter((name) => name !== 'NODE_ENV' && !settingNames().includes(name))).toEqual([]);
    expect(names).not.toContain('ALLOW_ANONYMOUS');
  });

  it('keeps the data in a volume', () => {
    expect(texts('VOLUME')).toEqual(['["/data"]']);
    expect(texts('ENV').join(' ')).toContain('DATA_DIR=/data');
  });

  it('copies only existing files that .dockerignore lets through', () => {
    const letThrough = readFileSync('.dockerignore', 'utf8').split('\n');
    expect(letThrough.find((line) => !line.startsWith('#'))).toBe('*');
    const sources = texts('COPY', instructions)
      .filter((text) => !text.includes('--from='))
      .flatMap((text) => text.split(' ').slice(0, -1))
      .filter((word) => !word.startsWith('--'));
    expect(sources.length).toBeGreaterThan(0);
    expect(sources.filter((source) => !existsSync(source))).toEqual([]);
    expect(sources.filter((source) => !letThrough.includes(`!${source}`))).toEqual([]);
  });

  it('has the labels of an OCI image', () => {
    const kinds = ['title', 'description', 'licenses', 'version', 'revision', 'created'];
    expect(texts('LABEL').flatMap(namesIn)).toEqual(kinds.map((kind) => `org.opencontainers.image.${kind}`));
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(texts('ARG')).toContain(`VERSION=${version}`);
  });
});

describe('the entrypoint', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'statusledger-entrypoint-'));
    writeFileSync(join(directory, 'node'), '#!/bin/sh\necho "$$ $@"\n');
    chmodSync(join(directory, 'node'), 0o755);
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  const run = async (args: readonly string[]) => {
    const environment = { PATH: `${directory}${delimiter}${process.env['PATH']}` };
    const child = spawn('deploy/docker/entrypoint.sh', args, { env: environment });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, printed: printed.trim(), pid: child.pid };
  };

  it.each(['receiver', 'projector', 'query', 'standalone'])('replaces itself with %s', async (app) => {
    const { printed, pid } = await run([app]);
    expect(printed).toBe(`${pid} /app/dist/apps/${app}/src/main.js`);
    expect(existsSync(`apps/${app}/src/main.ts`)).toBe(true);
  });

  it('runs everything in one process by default', async () => {
    expect((await run([])).printed).toContain('/standalone/');
  });

  it('refuses any other app', async () => {
    expect(await run(['../maintenance'])).toMatchObject({ code: 64, printed: '' });
  });
});

describe('the health check', () => {
  it.each([
    ['ready', 200, 0],
    ['not ready', 503, 1],
  ])('reports an app that is %s', async (_, status, code) => {
    const asked: (string | undefined)[] = [];
    const server = createHttpServer((request, response) => {
      asked.push(request.url);
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      expect(await exitCode((server.address() as AddressInfo).port, 'ready')).toBe(code);
      expect(asked).toEqual(['/health/ready']);
    } finally {
      server.close();
    }
  });

  it('fails without an app', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await once(server.close(), 'close');
    expect(await exitCode(port, 'live')).toBe(1);
  });

  it('is valid JavaScript for Node', () => {
    expect(spawnSync(process.execPath, ['--check', 'deploy/docker/health.mjs']).status).toBe(0);
  });

  async function exitCode(port: number, check: string): Promise<number> {
    const child = spawn(process.execPath, [resolve('deploy/docker/health.mjs'), check], {
      env: { PORT: String(port) },
    });
    const [code] = (await once(child, 'close')) as [number];
    return code;
  }
});
