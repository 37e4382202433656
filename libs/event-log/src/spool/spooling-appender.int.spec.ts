import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { CLOCK_JUMPS, jumpingClock } from '../../../../test/support/chaos/jumping-clock.js';
import { eventually } from '../../../../test/support/http/service-client.js';
import { EmbeddedEventLog } from '../embedded/embedded-event-log.js';
import { eventAppenderContract, outageContract } from '../event-appender.contract.js';
import { LogUnavailableError } from '../log-errors.js';
import type { NewRecord } from '../log-record.js';
import { Topic, type TopicName } from '../topics.js';
import { fromSpooled, toSpooled } from './spooled-record.js';
import { RECORDS_PER_FORWARD } from './spool-forwarder.js';
import { SpoolingAppender, type SpoolOptions } from './spooling-appender.js';

const directories: string[] = [];
const temporaryDirectory = () => {
  const directory = mkdtempSync(join(tmpdir(), 'statusledger-spool-'));
  directories.push(directory);
  return directory;
};

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true });
});

/** A real log that a test can make unavailable: it then rejects, never answers, or answers once it is opened. */
class RemoteLog extends EmbeddedEventLog {
  state: 'there' | 'refusing' | 'silent' | 'opening' = 'there';
  open: () => void = () => undefined;
  readonly batches: { topic: TopicName; records: number }[] = [];
  private readonly opened = new Promise<void>((resolve) => (this.open = resolve));

  override async append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    await this.answer();
    this.batches.push({ topic, records: records.length });
    await super.append(topic, records);
  }

  override async ping(): Promise<void> {
    await this.answer();
    await super.ping();
  }

  private async answer(): Promise<void> {
    if (this.state === 'refusing') throw new LogUnavailableError('refused');
    if (this.state === 'silent') await new Promise(() => undefined);
    if (this.state === 'opening') await this.opened;
  }
}

/** Appenders that share a log and a spool. */
async function startSpooling() {
  const [remoteDirectory, spoolDirectory] = [temporaryDirectory(), temporaryDirectory()];
  const opened: { readonly remote: RemoteLog; readonly appender: SpoolingAppender }[] = [];
  let state: RemoteLog['state'] = 'there';
  const setState = (next: RemoteLog['state']) => {
    state = next;
    for (const { remote } of opened) remote.state = next;
  };
  return {
    async open() {
      const remote = new RemoteLog({ directory: remoteDirectory });
      remote.state = state;
      const spool = new EmbeddedEventLog({ directory: spoolDirectory, partitions: 1 });
      const appender = new SpoolingAppender(remote, spool, { retryPauseMs: 20 });
      opened.push({ remote, appender });
      return appender;
    },
    openReader: async () => new EmbeddedEventLog({ directory: remoteDirectory }),
    beginOutage: () => setState('refusing'),
    endOutage: () => setState('there'),
    untilForwarded: () => eventually(async () => (await opened.at(-1)!.appender.spooledRecords()) === 0),
    dispose: async () => undefined,
  };
}

eventAppenderContract('SpoolingAppender', startSpooling);
outageContract('SpoolingAppender', startSpooling);

describe('a spooled record', () => {
  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(
        fc.record(
          {
            key: fc.string({ unit: 'binary' }),
            value: fc.string({ unit: 'binary' }),
            headers: fc.constant({ traceparent: '00-1-2-01' }),
          },
          { requiredKeys: ['key', 'value'] },
        ),
        (record) => {
          expect(fromSpooled(toSpooled(record))).toEqual(record);
        },
      ),
    );
  });
});

describe('the spool', () => {
  let remote: RemoteLog;
  let spoolDirectory: string;
  let log: SpoolingAppender;
  let reported: string[];

  const openSpool = () => new EmbeddedEventLog({ directory: spoolDirectory, partitions: 1 });
  const open = (options: SpoolOptions = {}, spool = openSpool()) =>
    new SpoolingAppender(remote, spool, {
      acknowledgeWithinMs: 200,
      retryPauseMs: 20,
      onChange: (away) => reported.push(away === undefined ? 'back' : 'away'),
      ...options,
    });

  beforeEach(() => {
    reported = [];
    remote = new RemoteLog({ directory: temporaryDirectory() });
    spoolDirectory = temporaryDirectory();
    log = open();
  });

  afterEach(async () => {
    remote.state = 'there';
    await log.close();
  });

  const record = (value: string): NewRecord => ({ key: `key of ${value}`, value });
  const valuesIn = async (topic: TopicName) => {
    const values: string[] = [];
    for (const { partition, begin } of await remote.offsets(topic)) {
      values.push(...(await remote.read(topic, partition, begin, 100_000)).map(({ value }) => value));
    }
    return values.sort();
  };

  it('stores nothing while the log accepts appends', async () => {
    await log.append(Topic.status, [record('a')]);
    expect(await valuesIn(Topic.status)).toEqual(['a']);
    expect(await log.spooledRecords()).toBe(0);
    expect(reported).toEqual([]);
  });

  it.each(['refusing', 'silent'] as const)(
    'accepts records while the log is %s, and forwards them when it is back',
    async (state) => {
      remote.state = state;
      await log.append(Topic.status, [record('a'), record('b')]);
      await log.append(Topic.contact, [record('c')]);
      await log.ping();
      expect(await log.spooledRecords()).toBe(3);
      expect(reported).toEqual(['away']);
      remote.state = 'there';
      await eventually(async () => (await log.spooledRecords()) === 0);
      await eventually(() => reported.length === 2);
      expect(reported).toEqual(['away', 'back']);
      expect(await valuesIn(Topic.status)).toEqual(['a', 'b']);
      expect(await valuesIn(Topic.contact)).toEqual(['c']);
      await log.append(Topic.status, [record('d')]);
      expect(await valuesIn(Topic.status)).toEqual(['a', 'b', 'd']);
    },
  );

  it('opens the log before the first append, and is ready once the log is', async () => {
    remote = new RemoteLog({ directory: temporaryDirectory() });
    remote.state = 'opening';
    await log.close();
    // On a busy machine, the first appender may have given up its log.
    reported = [];
    const spool = openSpool();
    log = open({ acknowledgeWithinMs: 20_000 }, spool);
    const order: string[] = [];
    const ready = log.ping().then(() => order.push('ready'));
    // A ping that asked only the spool would be answered before this later one.
    await spool.ping();
    await new Promise(setImmediate);
    order.push('opened');
    remote.open();
    await ready;
    expect(order).toEqual(['opened', 'ready']);
    await log.append(Topic.status, [record('a')]);
    expect([await log.spooledRecords(), reported]).toEqual([0, []]);
  });

  it.each(['refusing', 'silent'] as const)(
    'is ready without the log if that is %s at the start, and no append waits for it',
    async (state) => {
      await log.close();
      reported = [];
      remote = new RemoteLog({ directory: temporaryDirectory() });
      remote.state = state;
      log = open();
      await log.ping();
      expect(reported).toEqual(['away']);
      remote.state = 'silent';
      await log.append(Topic.status, [record('a')]);
      expect(await log.spooledRecords()).toBe(1);
      expect(remote.batches).toEqual([]);
    },
  );

  it.each(Object.entries(RECORDS_PER_FORWARD) as [TopicName, number][])(
    'forwards %s in batches of at most %i records',
    async (topic, most) => {
      remote.state = 'refusing';
      const records = Array.from({ length: most + 1 }, (_, i) => record(String(i)));
      await log.append(topic, records);
      await log.close();
      remote = new RemoteLog({ directory: temporaryDirectory() });
      log = open({ acknowledgeWithinMs: 20_000 });
      await eventually(async () => (await log.spooledRecords()) === 0);
      expect(remote.batches.map(({ records: each }) => each)).toEqual([most, 1]);
    },
  );

  it('does not make each append of an outage wait for the log', async () => {
    remote.state = 'refusing';
    await log.append(Topic.status, [record('first')]);
    remote.state = 'silent';
    const appends = Array.from({ length: 50 }, (_, i) => log.append(Topic.status, [record(`${i}`)]));
    const late = new Promise((resolve) => setTimeout(resolve, 10_000, 'late').unref());
    expect(await Promise.race([Promise.all(appends).then(() => 'taken'), late])).toBe('taken');
    expect(await log.spooledRecords()).toBe(51);
  });

  it('forwards after a restart what was spooled before, under the same keys', async () => {
    remote.state = 'refusing';
    const records = Array.from({ length: 100 }, (_, i) => record(String(i)));
    await log.append(Topic.status, records);
    const directory = temporaryDirectory();
    const keys = new EmbeddedEventLog({ directory });
    await keys.append(Topic.status, records);
    await log.close();
    remote = new RemoteLog({ directory: temporaryDirectory() });
    log = open();
    await eventually(async () => (await log.spooledRecords()) === 0);
    for (const { partition } of await keys.offsets(Topic.status)) {
      const values = async (from: EmbeddedEventLog) =>
        (await from.read(Topic.status, partition, 0, 1_000)).map(({ value }) => value).sort();
      expect(await values(remote)).toEqual(await values(keys));
    }
    await keys.close();
  });

  it('removes what it has forwarded', async () => {
    remote.state = 'refusing';
    await log.append(
      Topic.status,
      Array.from({ length: 10 }, (_, i) => record(String(i))),
    );
    remote.state = 'there';
    await eventually(async () => (await log.spooledRecords()) === 0);
    await log.close();
    const spool = new EmbeddedEventLog({ directory: spoolDirectory });
    for (const { begin, end } of await spool.offsets(Topic.status)) expect(begin).toBe(end);
    await spool.close();
    remote = new RemoteLog({ directory: temporaryDirectory() });
    log = open();
  });

  it('loses nothing and does not stall even if the wall clock jumps whenever it is read', async () => {
    const turn = fc.record({
      state: fc.constantFrom('there' as const, 'refusing' as const, 'silent' as const),
      records: fc.integer({ min: 1, max: 5 }),
    });
    const jumps = fc.array(fc.constantFrom(0, ...CLOCK_JUMPS), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(jumps, fc.array(turn, { minLength: 1, maxLength: 8 }), async (there, turns) => {
        await log.close();
        const now = jumpingClock(there, Date.now);
        remote = new RemoteLog({ directory: temporaryDirectory(), now });
        const spool = new EmbeddedEventLog({ directory: temporaryDirectory(), partitions: 1, now });
        log = new SpoolingAppender(remote, spool, { acknowledgeWithinMs: 40, retryPauseMs: 5 });
        const expected: string[] = [];
        for (const { state, records } of turns) {
          remote.state = state;
          const values = Array.from({ length: records }, (_, i) => String(expected.length + i));
          await log.append(Topic.status, values.map(record));
          expected.push(...values);
        }
        remote.state = 'there';
        await eventually(async () => (await log.spooledRecords()) === 0);
        expect(new Set(await valuesIn(Topic.status))).toEqual(new Set(expected));
      }),
      { numRuns: Number(process.env['CLOCK_RUNS'] ?? 30) },
    );
  });

  it('rejects appends as unavailable when it cannot be written', async () => {
    await log.close();
    remote = new RemoteLog({ directory: temporaryDirectory() });
    remote.state = 'refusing';
    log = new SpoolingAppender(
      remote,
      new EmbeddedEventLog({ directory: temporaryDirectory(), reservedBytes: Number.MAX_SAFE_INTEGER }),
    );
    await expect(log.append(Topic.status, [record('a')])).rejects.toBeInstanceOf(LogUnavailableError);
    await expect(log.ping()).rejects.toBeInstanceOf(LogUnavailableError);
  });
});
