import { LogUnavailableError, type EventLog, type NewRecord, type StoredRecord } from './event-log.js';
import { madeAt } from './log-identity.js';
import { Topic } from './topics.js';

/** How the suite gets at an adapter: `open` may be called again to reopen the same log, also while one is open. */
export interface EventLogUnderTest {
  open(): Promise<EventLog>;
  dispose(): Promise<void>;
}

/** What every adapter of {@link EventLog} has to pass, unchanged. */
export function eventLogContract(name: string, start: () => Promise<EventLogUnderTest>): void {
  describe(`${name} as an event log`, () => {
    let underTest: EventLogUnderTest;
    let log: EventLog;

    beforeEach(async () => {
      underTest = await start();
      log = await underTest.open();
    });

    afterEach(async () => {
      await log.close();
      await underTest.dispose();
    });

    const records = (count: number, keys = 5, label = 'v'): NewRecord[] =>
      Array.from({ length: count }, (_, i) => ({
        key: `key-${i % keys}`,
        value: `key-${i % keys} ${label}${i}`,
      }));

    const readAll = async (from: EventLog): Promise<StoredRecord[]> => {
      const all: StoredRecord[] = [];
      for (const { partition, begin, end } of await from.offsets(Topic.status)) {
        for (let offset = begin; offset < end;) {
          const page = await from.read(Topic.status, partition, offset, 7);
          if (page.length === 0) throw new Error(`partition ${partition} ends at ${offset}, not at ${end}`);
          all.push(...page);
          offset = page.at(-1)!.offset + 1;
        }
      }
      return all;
    };

    const numbersOf = (stored: readonly StoredRecord[], key: string) =>
      stored
        .filter(({ value }) => value.startsWith(`${key} `))
        .map(({ value }) => Number(value.slice(key.length + 2)));

    const reopened = async () => {
      await log.close();
      return (log = await underTest.open());
    };

    it('gives back every record that was appended, byte for byte', async () => {
      const odd = ['{"a":"\\u0000"}', 'ä \u{1f600} \uffff', 'x'.repeat(100_000), '{}'];
      await log.append(
        Topic.status,
        odd.map((value, i) => ({ key: `k${i}`, value })),
      );
      expect((await readAll(log)).map(({ value }) => value).sort()).toEqual([...odd].sort());
    });

    it('gives back the headers of each record as they were appended, and none where there were none', async () => {
      const one = { traceparent: '00-1-2-01', odd: 'ä \u{1f600} "' };
      const headersOf = [one, one, undefined, { other: '' }, undefined, one];
      await log.append(
        Topic.status,
        headersOf.map((headers, i) => ({ key: 'k', value: `v${i}`, ...(headers && { headers }) })),
      );
      await log.append(Topic.status, [{ key: 'k', value: 'v6' }]);
      const stored = await readAll(log);
      expect(stored.map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6].map((i) => `v${i}`));
      expect(stored.map(({ headers }) => headers)).toEqual([...headersOf, undefined]);
      const consumer = await log.join('group', Topic.status);
      expect((await drain(consumer, 7)).map(({ headers }) => headers)).toEqual([...headersOf, undefined]);
      await consumer.close();
    });

    it('keeps the records of a key in one partition and in the order of the appends', async () => {
      const appends = records(300);
      await Promise.all(appends.map((record) => log.append(Topic.status, [record])));
      const stored = await readAll(log);
      expect(stored).toHaveLength(300);
      for (const key of ['key-0', 'key-4']) {
        const numbers = numbersOf(stored, key);
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        expect(
          new Set(stored.filter(({ value }) => value.startsWith(key)).map((r) => r.partition)).size,
        ).toBe(1);
      }
    });

    it('says in its layout how many partitions there are, and of a key in which of them it is', async () => {
      const { generations, partitions, growth } = await log.layout(Topic.status);
      expect(partitions).toBe((await log.offsets(Topic.status)).length);
      expect([generations, growth]).toEqual([[{ partitions, from: [] }], undefined]);
      expect((await (await reopened()).layout(Topic.status)).generations).toEqual(generations);
      await log.append(Topic.status, records(40, 20));
      for (const { partition, value } of await readAll(log)) {
        expect(log.partitionOf(value.split(' ')[0]!, partitions)).toBe(partition);
      }
    });

    it('has an identity that begins with the time at which it was made, and keeps it', async () => {
      const identity = await log.identity(Topic.status);
      expect(Math.abs(Date.now() - Date.parse(madeAt(identity)))).toBeLessThan(600_000);
      await log.append(Topic.status, records(3));
      const other = await underTest.open();
      expect(await other.identity(Topic.status)).toBe(identity);
      await other.close();
      expect(await (await reopened()).identity(Topic.status)).toBe(identity);
    });

    it('differs in its identity from another log', async () => {
      const another = await start();
      const other = await another.open();
      expect(await other.identity(Topic.status)).not.toBe(await log.identity(Topic.status));
      await other.close();
      await another.dispose();
    });

    it('keeps topics apart', async () => {
      await log.append(Topic.status, records(3));
      const extents = await log.offsets(Topic.contact);
      expect(extents.reduce((sum, { begin, end }) => sum + end - begin, 0)).toBe(0);
    });

    it('reads from any offset on, and nothing behind the end', async () => {
      await log.append(Topic.status, records(50, 1));
      await log.append(Topic.status, records(50, 1, 'w'));
      const stored = await readAll(log);
      const partition = stored[0]!.partition;
      for (const index of [0, 1, 49, 50, 73, 99]) {
        const rest = await log.read(Topic.status, partition, stored[index]!.offset, 1_000);
        expect(rest.map(({ value }) => value)).toEqual(stored.slice(index).map(({ value }) => value));
      }
      expect(await log.read(Topic.status, partition, stored.at(-1)!.offset + 1, 10)).toEqual([]);
    });

    it('stamps records with a time of append that never decreases within a partition', async () => {
      for (let i = 0; i < 5; i++) await log.append(Topic.status, records(4, 1));
      const times = (await readAll(log)).map(({ appendedAt }) => appendedAt);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(Math.abs(Date.now() - times[0]!)).toBeLessThan(60_000);
    });

    it('has everything that was acknowledged after it is opened again', async () => {
      await log.append(Topic.status, records(20));
      await log.close();
      log = await underTest.open();
      expect(await readAll(log)).toHaveLength(20);
    });

    it('takes appends from several openings at once without losing or overwriting any', async () => {
      const other = await underTest.open();
      try {
        for (let i = 0; i < 20; i++) {
          await Promise.all([
            log.append(Topic.status, records(5, 5, `a${i}-`)),
            other.append(Topic.status, records(5, 5, `b${i}-`)),
          ]);
        }
        expect(new Set((await readAll(other)).map(({ value }) => value)).size).toBe(200);
      } finally {
        await other.close();
      }
    });

    const drain = async (consumer: Awaited<ReturnType<EventLog['join']>>, expected: number) => {
      const polled: StoredRecord[] = [];
      while (polled.length < expected) {
        const { records: batch } = await consumer.poll({ maxRecords: 40, waitMs: 20_000 });
        if (batch.length === 0) throw new Error(`only ${polled.length} of ${expected} records came`);
        polled.push(...batch);
      }
      return polled;
    };

    it('delivers every record once to a consumer that commits, also across its restart', async () => {
      await log.append(Topic.status, records(100));
      const first = await log.join('group', Topic.status);
      const before = await drain(first, 1);
      await first.commit(positionsBehind(before));
      await first.close();
      const second = await log.join('group', Topic.status);
      const after = await drain(second, 100 - before.length);
      await second.close();
      expect(new Set([...before, ...after].map(({ value }) => value)).size).toBe(100);
      expect(before.length + after.length).toBe(100);
    });

    it('delivers again what was polled and not committed', async () => {
      await log.append(Topic.status, records(10));
      const first = await log.join('group', Topic.status);
      await drain(first, 10);
      await first.close();
      const second = await log.join('group', Topic.status);
      expect(await drain(second, 10)).toHaveLength(10);
      await second.close();
    });

    it('goes on where a consumer seeks, whatever is committed and was polled', async () => {
      await log.append(Topic.status, records(60));
      const consumer = await log.join('group', Topic.status);
      const all = await drain(consumer, 60);
      await consumer.commit(positionsBehind(all));
      const partitions = [...new Set(all.map(({ partition }) => partition))];
      const begins = partitions.map((partition) => ({ partition, offset: 0 }));
      await consumer.seek(begins);
      const again = await drain(consumer, 60);
      expect(new Set(again.map(({ value }) => value)).size).toBe(60);
      const ends = positionsBehind(again);
      await consumer.seek(ends.map(({ partition, offset }) => ({ partition, offset: offset - 1 })));
      expect(await drain(consumer, ends.length)).toHaveLength(ends.length);
      expect((await consumer.poll({ maxRecords: 40, waitMs: 100 })).records).toEqual([]);
      await consumer.close();
    });

    it('shows a lone record without a further one', async () => {
      const consumer = await log.join('group', Topic.status);
      const waiting = drain(consumer, 1);
      await log.append(Topic.status, records(1));
      expect(await waiting).toHaveLength(1);
      await consumer.close();
    });

    it('resolves an idle poll after its time, and at once when aborted', async () => {
      const consumer = await log.join('group', Topic.status);
      expect((await consumer.poll({ maxRecords: 1, waitMs: 10 })).records).toEqual([]);
      const abort = new AbortController();
      const poll = consumer.poll({ maxRecords: 1, waitMs: 3_600_000, signal: abort.signal });
      abort.abort();
      expect((await poll).records).toEqual([]);
      await consumer.close();
    });

    it('keeps a note with each position, and tells the lag', async () => {
      await log.append(Topic.status, records(10, 1));
      const consumer = await log.join('group', Topic.status);
      const polled = await drain(consumer, 10);
      const lagBefore = await consumer.lag();
      expect(lagBefore.reduce((sum, lag) => sum + lag.records, 0)).toBe(10);
      const { partition } = polled[0]!;
      await consumer.commit([{ partition, offset: polled[3]!.offset + 1, metadata: '{"stored":4}' }]);
      expect((await consumer.lag()).reduce((sum, lag) => sum + lag.records, 0)).toBe(6);
      await consumer.close();
      const again = await log.join('group', Topic.status);
      await drain(again, 6);
      const position = (await again.positions()).find((p) => p.partition === partition);
      expect(position).toEqual({ partition, offset: polled[3]!.offset + 1, metadata: '{"stored":4}' });
      await again.close();
    });

    it('keeps the positions of groups apart', async () => {
      await log.append(Topic.status, records(5));
      const one = await log.join('one', Topic.status);
      await one.commit(positionsBehind(await drain(one, 5)));
      const other = await log.join('other', Topic.status);
      expect(await drain(other, 5)).toHaveLength(5);
      await one.close();
      await other.close();
    });

    it('answers ping, and rejects appends as unavailable once closed', async () => {
      await log.ping();
      await log.close();
      await expect(log.append(Topic.status, records(1))).rejects.toBeInstanceOf(LogUnavailableError);
      await expect(log.ping()).rejects.toBeInstanceOf(LogUnavailableError);
    });
  });
}

function positionsBehind(records: readonly StoredRecord[]) {
  const behind = new Map<number, number>();
  for (const { partition, offset } of records) behind.set(partition, offset + 1);
  return [...behind].map(([partition, offset]) => ({ partition, offset, metadata: '' }));
}
