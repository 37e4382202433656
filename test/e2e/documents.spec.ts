import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { documentBlocks, withoutTimes, type DocumentBlock } from '../support/documents/document-blocks.js';
import { StoryShell } from '../support/processes/story-shell.js';
import { eventually, postStatus, request, untilProjected } from '../support/http/service-client.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const run = promisify(execFile);

const WRITTEN_URL = 'http://127.0.0.1:8080';
const STORIES = [
  'README.md',
  'docs/getting-started.md',
  'docs/integrating-a-chat-platform.md',
  'docs/connecting-wfm.md',
];

/** The program that runs each kind of snippet. Java needs a compiler, which not every machine has. */
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

  it('shows the answers that its commands print', async () => {
    const commands = blocks.filter(({ kind }) => kind !== 'snippet');
    expect(commands.length).toBeGreaterThan(1);
    const shell = new StoryShell({ directory });
    try {
      await expectWritten(shell, commands);
    } finally {
      await shell.end();
    }
  }, 120_000);

  async function expectWritten(shell: StoryShell, commands: readonly DocumentBlock[]): Promise<void> {
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

  /** Projection takes a moment, so the question is repeated until the answer is as written. */
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
  it('describes a backup from which another service rebuilds its store by itself', async () => {
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

  it('quotes each reason for a refused answer in the words of the programs', () => {
    const section = readFileSync('docs/operations.md', 'utf8')
      .split('### What a refusal means\n')[1]!
      .split('**Readiness.**')[0]!;
    const words = [...section.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`([^`]+)`/g)].map(([, quoted]) => quoted!),
    );
    const said = REASON_FILES.map((file) => readFileSync(file, 'utf8')).join('\n');
    expect(words.length).toBeGreaterThanOrEqual(10);
    expect(words.filter((quoted) => !said.includes(quoted))).toEqual([]);
  });
});

/** The files that contain the reasons for refusals. */
const REASON_FILES = [
  'libs/projection/src/taking-over/store-check.ts',
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
