import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CLOCK_JUMPS as JUMPS } from '../../../../test/support/chaos/jumping-clock.js';
import { Topic } from '../topics.js';
import { EmbeddedEventLog } from './embedded-event-log.js';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const RETENTION = 400 * DAY;
const START = Date.UTC(2026, 0, 1);

const directories: string[] = [];
function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'statusledger-retention-'));
  directories.push(directory);
  return directory;
}

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

/** A log whose clock the test sets. */
class LogUnderTest {
  now = START;
  log: EmbeddedEventLog;
  readonly directory = temporaryDirectory();
  private appended = 0;

  constructor() {
    this.log = this.open();
  }

  private open(): EmbeddedEventLog {
    return new EmbeddedEventLog({
      directory: this.directory,
      partitions: 1,
      retentionMs: RETENTION,
      now: () => this.now,
    });
  }

  async restart(): Promise<void> {
    await this.log.close();
    this.log = this.open();
  }

  async append(records: number): Promise<void> {
    const values = Array.from({ length: records }, () => ({ key: 'k', value: String(this.appended++) }));
    await this.log.append(Topic.status, values);
  }

  async values(): Promise<number[]> {
    const [range] = await this.log.offsets(Topic.status);
    const records = await this.log.read(Topic.status, 0, range!.begin, 1_000_000);
    return records.map(({ value }) => Number(value));
  }

  async run(): Promise<string> {
    return (await this.log.enforceRetention())!.decision.kind;
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

describe('the retention of the embedded log', () => {
  it('removes nothing after a start with the clock 500 days ahead, and continues once the clock is right', async () => {
    const under = new LogUnderTest();
    for (let day = 0; day < 20; day++) {
      await under.append(50);
      expect(await under.run()).toBe('approved');
      under.now += DAY;
    }
    under.now += 500 * DAY;
    await under.restart();
    expect(await under.run()).toBe('held');
    await under.append(1);
    under.now += HOUR;
    expect(await under.run()).toBe('held');
    under.now -= 500 * DAY + HOUR;
    await under.restart();
    expect(await under.values()).toEqual(range(0, 1_001));
    for (let day = 20; day < 402; day++) {
      await under.append(5);
      expect(['approved', 'idle']).toContain(await under.run());
      under.now += DAY;
    }
    expect((await under.values())[0]).toBe(50);
    await under.log.close();
  });

  it('removes records from a time when the clock was ahead together with those around them', async () => {
    const under = new LogUnderTest();
    await under.append(10);
    under.now += 500 * DAY;
    await under.restart();
    await under.append(10);
    under.now -= 500 * DAY;
    await under.restart();
    await under.append(10);
    await under.run();
    under.now += RETENTION + SECOND;
    await under.append(1_000);
    await under.run();
    expect((await under.values())[0]).toBe(30);
    await under.log.close();
  });

  it('keeps records of a time when the clock was 500 days behind for as long as any others', async () => {
    const under = new LogUnderTest();
    expect(await under.run()).toBe('approved');
    under.now += DAY - 500 * DAY;
    await under.restart();
    await under.append(1);
    under.now += 500 * DAY;
    await under.append(100);
    expect(await under.run()).toBe('approved');
    expect(await under.values()).toEqual(range(0, 101));
    under.now += RETENTION - 2 * DAY;
    await under.append(1_000);
    await under.run();
    expect((await under.values())[0]).toBe(0);
    under.now += 2 * DAY + SECOND;
    await under.run();
    expect((await under.values())[0]).toBeGreaterThan(0);
    await under.log.close();
  });

  it('removes what an operator confirmed, and continues from there', async () => {
    const under = new LogUnderTest();
    await under.append(10);
    under.now += 500 * DAY;
    expect(await under.run()).toBe('held');
    expect(under.log.findExpired()).toMatchObject({ records: 10, expired: 10 });
    expect(await under.log.enforceRetention(true)).toMatchObject({ removed: 10 });
    under.now += HOUR;
    expect(await under.run()).toBe('approved');
    await under.log.close();
  });

  it('removes nothing from a log that is two months old, whenever and however often the clock jumps', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('append' as const), records: fc.integer({ min: 1, max: 20 }) }),
      fc.record({ kind: fc.constantFrom('run' as const, 'restart' as const, 'hour' as const) }),
      fc.record({ kind: fc.constant('jump' as const), by: fc.constantFrom(...JUMPS) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const under = new LogUnderTest();
        // Two months with the right clock.
        let appended = 100;
        for (let day = 0; day < 60; day += 15) {
          await under.append(25);
          await under.run();
          under.now += 15 * DAY;
        }
        for (const each of steps) {
          if (each.kind === 'append') {
            await under.append(each.records);
            appended += each.records;
          } else if (each.kind === 'jump') under.now += each.by;
          else if (each.kind === 'hour') under.now += HOUR;
          else await (each.kind === 'run' ? under.run() : under.restart());
        }
        expect(await under.values()).toEqual(range(0, appended));
        await under.log.close();
      }),
      { numRuns: Number(process.env['CLOCK_RUNS'] ?? 60) },
    );
  });
});

describe('an idle wait for records', () => {
  it.each(JUMPS)('ends in time although the wall clock jumps by %i ms meanwhile', async (jump) => {
    let [now, monotonic] = [START, 0];
    const log = new EmbeddedEventLog({
      directory: temporaryDirectory(),
      now: () => now,
      monotonic: () => (monotonic += 5),
    });
    const consumer = await log.join('group', Topic.status);
    const poll = consumer.poll({ maxRecords: 1, waitMs: 40 });
    now += jump;
    expect((await poll).records).toEqual([]);
    await log.append(Topic.status, [{ key: 'k', value: 'v' }]);
    now += jump;
    expect((await consumer.poll({ maxRecords: 1, waitMs: 40 })).records).toHaveLength(1);
    for (const { seconds } of await consumer.lag()) expect(seconds).toBeGreaterThanOrEqual(0);
    await log.close();
  });
});

describe('appends to the embedded log', () => {
  it.each(JUMPS)('are all stored in order although the clock jumps by %i ms', async (jump) => {
    const under = new LogUnderTest();
    const appends: Promise<void>[] = [];
    for (let turn = 0; turn < 50; turn++) {
      appends.push(under.append(3));
      if (turn % 10 === 5) under.now += jump;
      await new Promise(setImmediate);
    }
    await Promise.all(appends);
    expect(await under.values()).toEqual(range(0, 150));
    await under.log.close();
  });
});
