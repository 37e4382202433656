import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { documentBlocks, withoutTimes, type DocumentBlock } from '../support/document-blocks.js';
import { StoryShell } from '../support/story-shell.js';
import { eventually, postStatus, request, untilProjected } from '../support/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/standalone-process.js';

const run = promisify(execFile);

const WRITTEN_URL = 'http://127.0.0.1:8080';
const STORIES = [
  'README.md',
  'docs/getting-started.md',
  'docs/integrating-a-chat-platform.md',
  'docs/connecting-wfm.md',
];

/** How each kind of snippet is run; Java needs a compiler, which not every machine has. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  sh: ['sh'],
  mjs: [process.execPath],
  py: ['python3'],
  java: ['java'],
};

afterAll(removeTemporaryDirectories);

describe.each(STORIES)('%s', (file) => {
  let service: StandaloneProcess;
  let directory: string;
  const blocks = documentBlocks(file);

  beforeAll(async () => {
    service = await StandaloneProcess.start();
    directory = temporaryDirectory();
  });
  afterAll(() => service.stop());

  it('tells what its commands answer', async () => {
    const commands = blocks.filter(({ kind }) => kind !== 'snippet');
    expect(commands.length).toBeGreaterThan(1);
    const shell = new StoryShell({ directory });
    try {
      await tell(shell, commands);
    } finally {
      await shell.end();
    }
  }, 120_000);

  async function tell(shell: StoryShell, commands: readonly DocumentBlock[]): Promise<void> {
    for (const [index, block] of commands.entries()) {
      if (block.kind !== 'run') continue;
      const command = block.text.replaceAll(WRITTEN_URL, service.url);
      const answer = commands[index + 1];
      if (answer?.kind === 'answer') await expectAnswer(shell, command, answer);
      else
        expect({ line: block.line, printed: await shell.run(command) }).toEqual({
          line: block.line,
          printed: '',
        });
    }
  }

  /** An answer follows its events by a moment: the question is asked until it is answered as written. */
  async function expectAnswer(
    shell: StoryShell,
    question: string,
    { text, line }: DocumentBlock,
  ): Promise<void> {
    let printed = '';
    const answered = async () => {
      printed = await shell.run(question);
      return isSame(printed, text);
    };
    await eventually(answered, 15_000).catch(() => undefined);
    expect({ line, answer: parsed(printed) }).toEqual({ line, answer: withoutTimes(text) });
  }

  const snippets = blocks.filter((block) => block.kind === 'snippet');
  if (snippets.length === 0) return;

  it.each(snippets)('has a snippet $file that sends a status', async (snippet) => {
    const kind = snippet.file.split('.').at(-1)!;
    const [program, ...args] = RUNNERS[kind]!;
    if (spawnSync(program!, ['--version']).error !== undefined) {
      process.stderr.write(`there is no ${program} to run ${snippet.file} with\n`);
      return;
    }
    const path = join(temporaryDirectory(), snippet.file);
    writeFileSync(path, snippet.text);
    const agent = `agent-${kind}`;
    await run(program!, [...args, path, agent, 'Work', '1'], {
      env: { PATH: process.env['PATH'], STATUSLEDGER_URL: service.url },
    });
    await eventually(async () => {
      const { status, body } = await request(`${service.url}/systems/chat/online/agentStatus`);
      return status === 200 && body.toString().includes(`"agentId":"${agent}","stateCode":"Work"`);
    });
  });
});

function isSame(printed: string, written: string): boolean {
  return JSON.stringify(parsed(printed)) === JSON.stringify(withoutTimes(written));
}

function parsed(printed: string): unknown {
  try {
    return withoutTimes(printed);
  } catch {
    return printed;
  }
}

describe('docs/operations.md', () => {
  it('says how to make a backup from which another service makes its store by itself', async () => {
    const [backup, restore, audit] = documentBlocks('docs/operations.md').filter(
      ({ kind }) => kind === 'run',
    );
    const [from, to] = [temporaryDirectory(), join(temporaryDirectory(), 'restored')];
    const paths = { DATA_DIR: from, BACKUP: join(temporaryDirectory(), 'backup.tar'), RESTORED: to };
    const sent = await StandaloneProcess.start({ dataDirectory: from });
    await sendSomeStates(sent.url);
    const before = await statesOf(sent.url);
    await sent.stop();
    await inShell(paths, async (shell) => {
      expect(await shell.run(backup!.text)).toBe('');
      expect(await shell.run(restore!.text)).toBe('');
    });
    const restored = await StandaloneProcess.start({ dataDirectory: to });
    try {
      await eventually(async () => (await statesOf(restored.url)).status !== 503);
      expect(await statesOf(restored.url)).toEqual(before);
      await inShell({ ...paths, PORT: new URL(restored.url).port }, async (shell) => {
        const printed = await shell.run(audit!.text);
        expect(printed).toContain('No differences: ');
        expect(printed).not.toMatch(/error/i);
      });
    } finally {
      await restored.stop();
    }
  }, 180_000);

  it('explains each reason for which answers are refused in the words of the programs', () => {
    const section = readFileSync('docs/operations.md', 'utf8')
      .split('### What a refusal means\n')[1]!
      .split('**Readiness.**')[0]!;
    const words = [...section.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([^`]+)`/g)].map(([, quoted]) => quoted!),
    );
    const said = SAID_IN.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(words.length).toBeGreaterThanOrEqual(10);
    expect(words.filter((quoted) => !said.includes(quoted))).toEqual([]);
  });
});

describe('docs/reliability.md', () => {
  it('names tests that exist', () => {
    const named = readFileSync('docs/reliability.md', 'utf8').matchAll(/`([\w./-]+\.spec\.ts)`/g);
    const files = [...named].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });
});

/** Where the reasons of refusals are written. */
const SAID_IN = [
  'libs/projection/src/runner/store-check.ts',
  'libs/answers/src/projection-gate.ts',
  'libs/event-log/src/log-errors.ts',
  'libs/store/src/projection/clickhouse-projection-store.ts',
  'libs/store/src/marks/parts-manifest.ts',
];

async function inShell(
  env: Readonly<Record<string, string>>,
  work: (shell: StoryShell) => Promise<void>,
): Promise<void> {
  const shell = new StoryShell({ directory: resolve('.'), env });
  try {
    await work(shell);
  } finally {
    await shell.end();
  }
}

async function sendSomeStates(url: string): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  for (const [stateCode, action, ago] of [
    ['Work', 1, 300],
    ['Work', 0, 200],
    ['Break', 1, 200],
    ['Break', 0, 100],
  ] as const) {
    const event = {
      systemId: 'demo',
      workerId: '1',
      stateCode,
      stateName: stateCode,
      actionTime: now - ago,
      action,
    };
    expect((await postStatus(url, event)).status).toBe(204);
  }
  await untilProjected(url);
}

async function statesOf(url: string): Promise<{ readonly status: number; readonly answer: unknown }> {
  const period = 'startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z';
  const { status, body } = await request(`${url}/historic/agentStatusData?${period}&agentId=1`);
  return { status, answer: JSON.parse(body.toString()) };
}

describe('links between documents', () => {
  const files = ['README.md', 'CONTRIBUTING.md', 'deploy/README.md'].concat(
    readdirSync('docs', { recursive: true })
      .map((name) => join('docs', String(name)))
      .filter((name) => name.endsWith('.md')),
  );

  it.each(files)('of %s lead somewhere', (file) => {
    const text = readFileSync(file, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
    const broken = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)]
      .map(([, path, anchor]) => ({ target: path === '' ? file : resolve(dirname(file), path!), anchor }))
      .filter(
        ({ target, anchor }) => !existsSync(target) || (anchor !== undefined && !hasAnchor(target, anchor)),
      );
    expect(broken).toEqual([]);
  });
});

function hasAnchor(file: string, anchor: string): boolean {
  const titles = readFileSync(file, 'utf8').match(/^#+ .*$/gm) ?? [];
  return titles.some((title) => anchorOf(title) === anchor);
}

/** As Git hosts make them: lower case, no punctuation, hyphens for spaces. */
function anchorOf(title: string): string {
  return title
    .replace(/^#+ /, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
