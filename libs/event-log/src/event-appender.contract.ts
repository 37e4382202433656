import type { EventAppender } from './event-appender.js';
import type { EventReader } from './event-reader.js';
import { keyOf, numberedRecords, readAll } from './log-contract.fixture.js';
import { LogUnavailableError } from './log-errors.js';
import type { LogLifecycle } from './log-lifecycle.js';
import type { StoredRecord } from './log-record.js';
import { Topic } from './topics.js';

type Appender = EventAppender & LogLifecycle;

/** How the suite opens an adapter and looks at what it has appended. */
export interface EventAppenderUnderTest {
  /** May be called again to reopen the same appender, also while one is open. */
  open(): Promise<Appender>;
  /** Reads the log that it appends to; closed by the suite. */
  openReader(): Promise<EventReader & LogLifecycle>;
  dispose(): Promise<void>;
}

/** What every {@link EventAppender} has to pass. */
export function eventAppenderContract(name: string, start: () => Promise<EventAppenderUnderTest>): void {
  describe(`${name} as an appender of events`, () => {
    const suite = appenderSuite(start);
    const { reopen, stored } = suite;

    it('stores every record byte for byte', async () => {
      const odd = ['{"a":"\\u0000"}', 'ä \u{1f600} \uffff', 'x'.repeat(100_000), '{}'];
      await suite.appender.append(
        Topic.status,
        odd.map((value, i) => ({ key: `k${i}`, value })),
      );
      expect((await stored()).map(({ value }) => value).sort()).toEqual([...odd].sort());
    });

    it('stores the headers of each record, and none for records without', async () => {
      const one = { traceparent: '00-1-2-01', odd: 'ä \u{1f600} "' };
      const headersOf = [one, one, undefined, { other: '' }, undefined, one];
      await suite.appender.append(
        Topic.status,
        headersOf.map((headers, i) => ({ key: 'k', value: `v${i}`, ...(headers && { headers }) })),
      );
      await suite.appender.append(Topic.status, [{ key: 'k', value: 'v6' }]);
      const byValue = new Map((await stored()).map(({ value, headers }) => [value, headers]));
      expect(byValue).toEqual(new Map([...headersOf, undefined].map((headers, i) => [`v${i}`, headers])));
    });

    it('stores the records of simultaneous appends, each in the partition of its key', async () => {
      const records = numberedRecords(300);
      await Promise.all(records.map((record) => suite.appender.append(Topic.status, [record])));
      const all = await stored();
      expect(all.map(({ value }) => value).sort()).toEqual(records.map(({ value }) => value).sort());
      await suite.expectPlacedByKey(all);
    });

    it('keeps topics apart', async () => {
      await suite.appender.append(Topic.status, numberedRecords(3));
      expect(await stored(Topic.contact)).toEqual([]);
    });

    it('still has every acknowledged record after it is reopened', async () => {
      await suite.appender.append(Topic.status, numberedRecords(20));
      await reopen();
      expect(await stored()).toHaveLength(20);
    });

    it('loses and overwrites nothing when several instances append simultaneously', async () => {
      const other = await suite.underTest.open();
      try {
        for (let i = 0; i < 20; i++) {
          await Promise.all([
            suite.appender.append(Topic.status, numberedRecords(5, 5, `a${i}-`)),
            other.append(Topic.status, numberedRecords(5, 5, `b${i}-`)),
          ]);
        }
        expect(new Set((await stored()).map(({ value }) => value)).size).toBe(200);
      } finally {
        await other.close();
      }
    });

    it('answers ping until it is closed, and then rejects ping and appends as unavailable', async () => {
      await suite.appender.ping();
      await suite.appender.close();
      const append = suite.appender.append(Topic.status, numberedRecords(1));
      await expect(append).rejects.toBeInstanceOf(LogUnavailableError);
      await expect(suite.appender.ping()).rejects.toBeInstanceOf(LogUnavailableError);
    });
  });
}

/** An appender that bridges outages of the log behind it. */
export interface BridgingAppenderUnderTest extends EventAppenderUnderTest {
  /** Makes the log behind the appender unavailable, for instances that are open and those that are opened later. */
  beginOutage(): void;
  endOutage(): void;
  /** Resolves once everything that waited has arrived. */
  untilForwarded(): Promise<void>;
}

/** What an {@link EventAppender} has to pass that bridges outages, beside {@link eventAppenderContract}. */
export function outageContract(name: string, start: () => Promise<BridgingAppenderUnderTest>): void {
  describe(`${name} during an outage of the log`, () => {
    const suite = appenderSuite(start);
    const { reopen, stored } = suite;
    const values = async () => (await stored()).map(({ value }) => value).sort();

    it('resolves appends, and all of them arrive after the outage, each in the partition of its key', async () => {
      const records = numberedRecords(120);
      const append = (from: number, to: number) =>
        Promise.all(records.slice(from, to).map((record) => suite.appender.append(Topic.status, [record])));
      await append(0, 40);
      suite.underTest.beginOutage();
      await append(40, 80);
      expect(await stored()).toHaveLength(40);
      suite.underTest.endOutage();
      await append(80, 120);
      await suite.underTest.untilForwarded();
      expect(new Set(await values())).toEqual(new Set(records.map(({ value }) => value)));
      await suite.expectPlacedByKey(await stored());
    });

    it('makes them durable: they arrive even if it is reopened before the outage ends', async () => {
      const records = numberedRecords(30);
      suite.underTest.beginOutage();
      await suite.appender.append(Topic.status, records);
      await reopen();
      await suite.appender.ping();
      expect(await stored()).toEqual([]);
      suite.underTest.endOutage();
      await suite.underTest.untilForwarded();
      expect(new Set(await values())).toEqual(new Set(records.map(({ value }) => value)));
    });

    it('keeps the order of directories, also of those appended while earlier ones still wait', async () => {
      const names = Array.from({ length: 30 }, (_, n) => `directory ${n}`);
      const append = async (from: number, to: number) => {
        for (const value of names.slice(from, to))
          await suite.appender.append(Topic.personnel, [{ key: 'k', value }]);
      };
      await append(0, 2);
      suite.underTest.beginOutage();
      await append(2, 12);
      suite.underTest.endOutage();
      await append(12, 30);
      await suite.underTest.untilForwarded();
      // A send whose answer is late may be there twice.
      const arrived = (await stored(Topic.personnel)).map(({ value }) => value);
      expect(arrived.filter((value, i) => value !== arrived[i - 1])).toEqual(names);
    });

    it('keeps topics apart, and the headers of each record', async () => {
      const headers = { traceparent: '00-1-2-01' };
      suite.underTest.beginOutage();
      await suite.appender.append(Topic.status, [{ key: 'k', value: 'status', headers }]);
      await suite.appender.append(Topic.contact, [{ key: 'k', value: 'contact' }]);
      suite.underTest.endOutage();
      await suite.underTest.untilForwarded();
      expect(await stored()).toMatchObject([{ value: 'status', headers }]);
      const [contact, ...others] = await stored(Topic.contact);
      expect([contact!.value, contact!.headers, others]).toEqual(['contact', undefined, []]);
    });
  });
}

/** Opens an appender for each test of the surrounding `describe`. */
function appenderSuite<UnderTest extends EventAppenderUnderTest>(start: () => Promise<UnderTest>) {
  let underTest: UnderTest;
  let appender: Appender;

  beforeEach(async () => {
    underTest = await start();
    appender = await underTest.open();
  });

  afterEach(async () => {
    await appender.close();
    await underTest.dispose();
  });

  const reading = async <T>(read: (reader: EventReader) => Promise<T>): Promise<T> => {
    const reader = await underTest.openReader();
    try {
      return await read(reader);
    } finally {
      await reader.close();
    }
  };

  return {
    get underTest() {
      return underTest;
    },
    get appender() {
      return appender;
    },
    async reopen() {
      await appender.close();
      appender = await underTest.open();
    },
    stored: (topic: Parameters<typeof readAll>[1] = Topic.status) =>
      reading((reader) => readAll(reader, topic)),
    expectPlacedByKey: (stored: readonly StoredRecord[]) =>
      reading(async (reader) => {
        const { partitions } = await reader.layout(Topic.status);
        for (const record of stored) {
          expect(record.partition).toBe(reader.partitionOf(keyOf(record), partitions));
        }
      }),
  };
}
