import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogDamagedError, LogReplacedError } from '../log-errors.js';
import { Topic } from '../topics.js';
import { batchKey } from './batch-key.js';
import { EmbeddedEventLog } from './embedded-event-log.js';
import { openRawLog } from './raw-log.fixture.js';
import { encodeBatch } from './record-batch.js';

const directories: string[] = [];
function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'statusledger-marker-'));
  directories.push(directory);
  return directory;
}

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

/** A log with one record. @returns its directory and its identity. */
async function aLog(): Promise<{ directory: string; identity: string }> {
  const directory = temporaryDirectory();
  const log = new EmbeddedEventLog({ directory, partitions: 1 });
  await log.append(Topic.status, [{ key: 'k', value: 'v' }]);
  await log.close();
  return { directory, identity: log.identityText };
}

const opening = (directory: string) => () => new EmbeddedEventLog({ directory });

describe('the identity of an embedded log', () => {
  it('is created once, starts with the time of that, and is the same at every opening', async () => {
    const { directory, identity } = await aLog();
    expect(identity).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\/[0-9a-f-]{36}$/);
    const [one, two] = [new EmbeddedEventLog({ directory }), new EmbeddedEventLog({ directory })];
    expect([one.identityText, two.identityText]).toEqual([identity, identity]);
    await one.close();
    await two.close();
    expect((await aLog()).identity).not.toBe(identity);
  });

  it('is in a marker file beside the log, and nothing else is left there', async () => {
    const { directory, identity } = await aLog();
    expect(JSON.parse(readFileSync(join(directory, 'log.json'), 'utf8'))).toEqual({
      format: 1,
      identity,
      created: identity.split('/')[0],
    });
    expect(readdirSync(directory).sort()).toEqual(['data.mdb', 'lock.mdb', 'log.json']);
  });

  it('is written to a new marker file if that is gone', async () => {
    const { directory, identity } = await aLog();
    rmSync(join(directory, 'log.json'));
    await opening(directory)().close();
    expect(readFileSync(join(directory, 'log.json'), 'utf8')).toContain(identity);
  });
});

describe('opening an embedded log', () => {
  it.each([
    ['its file is gone', (file: string) => rmSync(file), 'data.mdb is not there'],
    ['its file is empty', (file: string) => truncateSync(file), 'data.mdb is empty'],
    [
      'its marker is not readable',
      (file: string) => writeFileSync(join(file, '..', 'log.json'), '{'),
      'log.json cannot be read',
    ],
  ])('is refused when %s, and creates nothing in its place', async (_, spoil, found) => {
    const { directory } = await aLog();
    spoil(join(directory, 'data.mdb'));
    const before = readdirSync(directory);
    expect(opening(directory)).toThrow(LogReplacedError);
    expect(opening(directory)).toThrow(found);
    expect(readdirSync(directory)).toEqual(before);
  });

  it('is refused when its file belongs to another log, with an error that names both identities', async () => {
    const [one, two] = [await aLog(), await aLog()];
    copyFileSync(join(two.directory, 'data.mdb'), join(one.directory, 'data.mdb'));
    expect(opening(one.directory)).toThrow(LogReplacedError);
    expect(opening(one.directory)).toThrow(one.identity);
    expect(opening(one.directory)).toThrow(two.identity);
  });

  it('is refused when its file is an LMDB environment but not a log', async () => {
    const { directory } = await aLog();
    rmSync(join(directory, 'data.mdb'));
    const { environment } = openRawLog(directory);
    await environment.put('some', 'thing');
    await environment.close();
    expect(opening(directory)).toThrow('data.mdb has no identity');
  });
});

describe('the log of an earlier version', () => {
  /** A log from before there were identities and checksums. */
  async function earlierLog(): Promise<string> {
    const directory = temporaryDirectory();
    const { environment, ends, status } = openRawLog(directory);
    await ends.put('partitions', 1);
    await status.put(batchKey(0, 3), encodeBatch([{ value: 'a' }, { value: 'b' }], 5));
    await ends.put(`${Topic.status}/0`, 5);
    await environment.close();
    return directory;
  }

  it('gets an identity when it is first opened, and its records stay readable beside new ones', async () => {
    const directory = await earlierLog();
    const log = new EmbeddedEventLog({ directory });
    await log.append(Topic.status, [{ key: 'k', value: 'c' }]);
    await log.close();
    const again = new EmbeddedEventLog({ directory });
    expect(again.identityText).toBe(log.identityText);
    expect(await again.offsets(Topic.status)).toEqual([{ partition: 0, begin: 3, end: 6 }]);
    const records = await again.read(Topic.status, 0, 0, 10);
    expect(records.map(({ offset, value }) => [offset, value])).toEqual([
      [3, 'a'],
      [4, 'b'],
      [5, 'c'],
    ]);
    await again.close();
  });
});

describe('a log in which a batch is missing', () => {
  /** Three batches of two records each; something else then removes one. */
  async function without(baseOffset: number): Promise<string> {
    const directory = temporaryDirectory();
    const log = new EmbeddedEventLog({ directory, partitions: 1 });
    for (const batch of ['a', 'b', 'c']) {
      await log.append(
        Topic.status,
        ['1', '2'].map((n) => ({ key: 'k', value: batch + n })),
      );
    }
    await log.close();
    const { environment, status } = openRawLog(directory);
    await status.remove(batchKey(0, baseOffset));
    await environment.close();
    return directory;
  }

  it.each([
    ['first', 0],
    ['last', 4],
  ])('cannot be opened if it is the %s', async (_, baseOffset) => {
    expect(opening(await without(baseOffset))).toThrow(LogDamagedError);
  });

  it('reports the place of the gap, even to reads from within it, and returns the records before it', async () => {
    const log = new EmbeddedEventLog({ directory: await without(2) });
    expect(await log.read(Topic.status, 0, 0, 2)).toHaveLength(2);
    for (const from of [0, 1, 2, 3]) {
      await expect(log.read(Topic.status, 0, from, 10)).rejects.toMatchObject({
        name: 'LogDamagedError',
        place: { topic: Topic.status, partition: 0, offset: 2 },
        message: expect.stringContaining('docs/operations.md') as string,
      });
    }
    expect(await log.read(Topic.status, 0, 4, 10)).toHaveLength(2);
    await log.close();
  });
});
