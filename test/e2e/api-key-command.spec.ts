import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { digestOf, MAX_KEY_NAME_LENGTH, MAX_KEYS, type KeyEntry } from '#edge';
import { runCommand } from '../support/processes/run-command.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';

afterAll(removeTemporaryDirectories);

let directory: string;
let file: string;

beforeEach(() => {
  directory = temporaryDirectory();
  file = join(directory, 'keys.json');
});

const run = (...args: string[]) => runCommand('maintenance/src/api-key.js', [...args, '--file', file]);
const make = (name: string, ...others: string[]) => run('--name', name, '--role', 'ops', ...others);
const keysIn = (path: string) => (JSON.parse(readFileSync(path, 'utf8')) as { keys: KeyEntry[] }).keys;
const goneProcess = () => spawnSync('true').pid;
const hashOf = (printed: string) => digestOf(printed.trim()).toString('hex');

describe('npm run api-key', () => {
  it('prints only the key, and stores its hash, roles and systems', async () => {
    const made = await run(
      ...['--name', 'chat-1', '--role', 'ingest,query', '--role', 'ops'],
      ...['--system', 'a, b', '--system', 'b,в'],
    );
    expect([made.code, made.output]).toEqual([0, expect.stringMatching(/^chat-1\.[\w-]{43}\n$/)]);
    expect(made.errors).toContain(`API_KEYS_FILE=${file}`);
    expect(made.errors).not.toContain(made.output.trim());
    const entry = { roles: ['ingest', 'query', 'ops'], systems: ['a', 'b', 'в'] };
    expect(keysIn(file)).toEqual([{ name: 'chat-1', sha256: hashOf(made.output), ...entry }]);
    expect(readFileSync(file, 'utf8')).not.toContain(made.output.split('.')[1]!.trim());
  });

  it('adds to existing keys, lists them without hashes, and revokes one', async () => {
    const first = await make('first', '--system', 'a,b');
    const second = await make('second');
    expect(second.output).not.toContain(first.output.split('.')[1]);
    const listed = await run('--list');
    expect(listed).toEqual({ code: 0, output: 'first\tops\ta,b\nsecond\tops\tall systems\n', errors: '' });
    const revoked = await run('--revoke', 'first');
    expect([revoked.code, revoked.output]).toEqual([0, '']);
    expect(keysIn(file).map(({ name, sha256 }) => [name, sha256])).toEqual([
      ['second', hashOf(second.output)],
    ]);
    expect((await run('--list')).output).toBe('second\tops\tall systems\n');
  });

  it('lists nothing without a key file, and does not create one', async () => {
    expect(await run('--list')).toEqual({ code: 0, output: '', errors: '' });
    expect(existsSync(file)).toBe(false);
  });

  it('makes the file readable by its owner only, even if others could read it before', async () => {
    const mode = () => (statSync(file).mode & 0o777).toString(8);
    await make('first');
    expect(mode()).toBe('600');
    chmodSync(file, 0o644);
    await make('second');
    expect(mode()).toBe('600');
    chmodSync(file, 0o644);
    await run('--revoke', 'first');
    expect(mode()).toBe('600');
  });

  it('replaces the file atomically, so that an open reader keeps the old one, and leaves no other file behind', async () => {
    await make('first');
    const seenBefore = join(directory, 'as a reader has it open');
    linkSync(file, seenBefore);
    const before = readFileSync(seenBefore);
    await make('second');
    await run('--revoke', 'first');
    expect(readFileSync(seenBefore)).toEqual(before);
    expect(readdirSync(directory).sort()).toEqual(['as a reader has it open', 'keys.json']);
  });

  it('loses no key and no revocation of concurrent commands, and leaves no other file behind', async () => {
    const kept = Array.from({ length: 6 }, (_, n) => `kept-${n}`);
    for (let round = 0; round < 3; round++) {
      await make(`old-${round}`);
      const [revoked, ...added] = await Promise.all([
        run('--revoke', `old-${round}`),
        ...kept.map((name) => make(`${name}-${round}`)),
      ]);
      expect([revoked.code, ...added.map(({ code }) => code)]).toEqual([0, 0, 0, 0, 0, 0, 0]);
    }
    const names = [0, 1, 2].flatMap((round) => kept.map((name) => `${name}-${round}`));
    expect(
      keysIn(file)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(names.sort());
    expect(readdirSync(directory)).toEqual(['keys.json']);
  });

  it('gives a name to only one of several concurrent commands', async () => {
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => make('same')));
    expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 1, 1, 1, 1]);
    const made = outcomes.find(({ code }) => code === 0)!;
    expect(keysIn(file)).toMatchObject([{ name: 'same', sha256: hashOf(made.output) }]);
  });

  it.each([
    ['of a dead process', () => `${goneProcess()} ${hostname()} any`, new Date()],
    ['that is stale', () => `1 elsewhere any`, new Date(0)],
  ])('ignores a lock %s, and removes the drafts of killed commands', async (_, content, madeAt) => {
    await make('first');
    writeFileSync(`${file}.lock`, content());
    utimesSync(`${file}.lock`, madeAt, madeAt);
    for (const draft of ['12345.new', `${randomUUID()}.new`]) writeFileSync(`${file}.${draft}`, '{"ke');
    writeFileSync(`${file}.mine.new`, 'not a draft');
    expect((await make('second')).code).toBe(0);
    expect(keysIn(file).map(({ name }) => name)).toEqual(['first', 'second']);
    expect(readdirSync(directory).sort()).toEqual(['keys.json', 'keys.json.mine.new']);
  });

  it('loses no key when some of several concurrent commands are killed', async () => {
    for (let round = 0; round < 4; round++) {
      const killed = Array.from({ length: 3 }, (_, n) => killedOnceItLocks(`killed-${round}-${n}`));
      const added = await Promise.all([0, 1, 2].map((n) => make(`added-${round}-${n}`)));
      expect(added.map(({ code }) => code)).toEqual([0, 0, 0]);
      await Promise.all(killed);
    }
    const names = keysIn(file).map(({ name }) => name);
    const added = [0, 1, 2, 3].flatMap((round) => [0, 1, 2].map((n) => `added-${round}-${n}`));
    expect(names.filter((name) => name.startsWith('added')).sort()).toEqual(added.sort());
    await make('last');
    expect(readdirSync(directory)).toEqual(['keys.json']);
  });

  /** Starts a command and kills it as soon as a trace of its work appears in the directory. */
  async function killedOnceItLocks(name: string): Promise<void> {
    const command = resolve('dist/apps/maintenance/src/api-key.js');
    const child = spawn(process.execPath, [command, '--name', name, '--role', 'ops', '--file', file]);
    const watcher = watch(directory, () => child.kill('SIGKILL'));
    await once(child, 'close');
    watcher.close();
  }

  it.each([
    ['a name that is taken', ['--name', 'first', '--role', 'ingest'], 1, 'first is there already'],
    ['to revoke an unknown key', ['--revoke', 'second'], 1, 'there is no key second'],
    [
      'a system that is too long',
      ['--name', 'b', '--role', 'ops', '--system', 's'.repeat(257)],
      1,
      'keys[1]: systems',
    ],
    ['an unknown role', ['--name', 'b', '--role', 'ops,root'], 2, '--role must be one or more of'],
    ['a command line without a task', [], 2, '--name'],
  ])('refuses %s, and leaves the file unchanged', async (_, args, code, message) => {
    await make('first');
    const before = readFileSync(file, 'utf8');
    const refused = await run(...args);
    expect(refused).toEqual({ code, output: '', errors: expect.stringContaining(message) as string });
    expect(refused.errors).not.toContain('    at ');
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(directory)).toEqual(['keys.json']);
  });

  it('accepts the longest name and as many keys as a file may hold', async () => {
    expect((await make('n'.repeat(MAX_KEY_NAME_LENGTH))).code).toBe(0);
    const [one] = keysIn(file);
    const many = Array.from({ length: MAX_KEYS - 1 }, (_, n) => ({ ...one!, name: `k${n}` }));
    writeFileSync(file, JSON.stringify({ keys: many }));
    expect((await make('last')).code).toBe(0);
    const full = readFileSync(file, 'utf8');
    const refused = await make('one-more');
    expect(refused).toMatchObject({ code: 1, output: '' });
    expect(refused.errors).toContain(`more than ${MAX_KEYS} keys`);
    expect(readFileSync(file, 'utf8')).toBe(full);
  });

  it('leaves a file that is not a key file untouched, and says what is wrong with it', async () => {
    writeFileSync(file, '{"keys":[{"name":"half');
    for (const args of [['--name', 'a', '--role', 'ops'], ['--list'], ['--revoke', 'a']]) {
      expect(await run(...args)).toMatchObject({
        code: 1,
        output: '',
        errors: expect.stringContaining('it is not JSON') as string,
      });
    }
    expect(readFileSync(file, 'utf8')).toBe('{"keys":[{"name":"half');
  });

  it('uses the file of API_KEYS_FILE by default, and prints its usage', async () => {
    const command = 'maintenance/src/api-key.js';
    const made = await runCommand(command, ['--name', 'a', '--role', 'ops'], { API_KEYS_FILE: file });
    expect(made.code).toBe(0);
    expect(keysIn(file)).toHaveLength(1);
    const help = await runCommand(command, ['--help']);
    expect([help.code, help.output]).toEqual([0, expect.stringContaining('Usage: npm run api-key')]);
  });
});
