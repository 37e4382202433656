import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogUnavailableError } from '../log-errors.js';
import { eventLogContract } from '../event-log.contract.js';
import { Topic } from '../topics.js';
import { EmbeddedEventLog } from './embedded-event-log.js';

const temporaryDirectory = () => mkdtemp(join(tmpdir(), 'statusledger-log-'));

eventLogContract('EmbeddedEventLog', async () => {
  const directory = await temporaryDirectory();
  return {
    open: async () => new EmbeddedEventLog({ directory }),
    dispose: () => rm(directory, { recursive: true }),
  };
});

describe('the retention of the embedded log', () => {
  it('removes records appended before the retention period and keeps the offsets of the rest', async () => {
    const directory = await temporaryDirectory();
    let now = 1_000_000;
    const log = new EmbeddedEventLog({ directory, partitions: 1, retentionMs: 60_000, now: () => now });
    const record = (value: string) => ({ key: 'k', value });
    await log.append(Topic.status, [record('old 1'), record('old 2')]);
    now += 50_000;
    await log.append(Topic.status, [record('young')]);
    expect(await log.enforceRetention()).toMatchObject({ removed: 0 });
    now += 10_001;
    expect(await log.enforceRetention()).toMatchObject({ removed: 2 });
    expect(await log.offsets(Topic.status)).toEqual([{ partition: 0, begin: 2, end: 3 }]);
    expect(await log.read(Topic.status, 0, 0, 10)).toMatchObject([{ offset: 2, value: 'young' }]);
    const consumer = await log.join('group', Topic.status);
    const { records } = await consumer.poll({ maxRecords: 10, waitMs: 0 });
    expect(records.map(({ value }) => value)).toEqual(['young']);
    await log.close();
    await rm(directory, { recursive: true });
  });
});

describe('directories in the embedded log', () => {
  it('are never removed, however old they are', async () => {
    const directory = await temporaryDirectory();
    let now = 0;
    const log = new EmbeddedEventLog({ directory, partitions: 1, retentionMs: 1, now: () => now });
    await log.append(Topic.personnel, [{ key: 'system', value: 'in force' }]);
    now = 1_000_000;
    expect(await log.enforceRetention(true)).toMatchObject({ removed: 0 });
    expect(await log.read(Topic.personnel, 0, 0, 10)).toMatchObject([{ value: 'in force' }]);
    await log.close();
    await rm(directory, { recursive: true });
  });
});

describe('a wait for records of the embedded log', () => {
  it('ends in time, wait after wait, even if garbage is collected meanwhile', async () => {
    const directory = await temporaryDirectory();
    const log = new EmbeddedEventLog({ directory });
    const { signal } = new AbortController();
    let ended = 0;
    const waitAgainAndAgain = async () => {
      for (let wait = 0; wait < 100; wait++) {
        await log.untilAppended(Topic.status, 5, signal);
        ended++;
      }
    };
    const all = Promise.all(Array.from({ length: 200 }, waitAgainAndAgain));
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 30_000).unref())]);
    expect(ended).toBe(200 * 100);
    await log.close();
    await rm(directory, { recursive: true });
  });

  it('ends at once when the signal is aborted or a record is appended', async () => {
    const directory = await temporaryDirectory();
    const log = new EmbeddedEventLog({ directory });
    const stopping = new AbortController();
    const aborted = log.untilAppended(Topic.status, 60_000, stopping.signal);
    stopping.abort();
    await aborted;
    await log.untilAppended(Topic.status, 60_000, stopping.signal);
    const appended = log.untilAppended(Topic.status, 60_000);
    await log.append(Topic.status, [{ key: 'k', value: 'v' }]);
    await appended;
    await log.close();
    await rm(directory, { recursive: true });
  });
});

describe('the disk of the embedded log', () => {
  it('keeps its reserve: appends and ping reject as unavailable, and positions can still be committed', async () => {
    const directory = await temporaryDirectory();
    const full = new EmbeddedEventLog({ directory, partitions: 1, reservedBytes: Number.MAX_SAFE_INTEGER });
    const refused = full.append(Topic.status, [{ key: 'k', value: 'refused' }]);
    await expect(refused).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(full.ping()).rejects.toBeInstanceOf(LogUnavailableError);
    const consumer = await full.join('group', Topic.status);
    const positions = [{ partition: 0, offset: 0, metadata: 'kept' }];
    await consumer.commit(positions);
    expect(await consumer.positions()).toEqual(positions);
    await full.close();

    const roomy = new EmbeddedEventLog({ directory, reservedBytes: 0 });
    await roomy.append(Topic.status, [{ key: 'k', value: 'taken' }]);
    expect(await roomy.read(Topic.status, 0, 0, 10)).toMatchObject([{ offset: 0, value: 'taken' }]);
    await roomy.close();
    await rm(directory, { recursive: true });
  });
});
