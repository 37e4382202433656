import type { GroupConsumer } from './consumer-groups.js';
import type { EventLog } from './event-log.js';
import { numberedRecords, type EventLogUnderTest } from './log-contract.fixture.js';
import type { StoredRecord } from './log-record.js';
import { Topic } from './topics.js';

/** What every log has to pass as `ConsumerGroups`. */
export function consumerGroupsContract(name: string, start: () => Promise<EventLogUnderTest>): void {
  describe(`${name} as consumer groups`, () => {
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

    it('deliver every record once to a consumer that commits, also across its restart', async () => {
      await log.append(Topic.status, numberedRecords(100));
      const first = await log.join('group', Topic.status);
      const before = await drain(first, 1);
      await first.commit(positionsAfter(before));
      await first.close();
      const second = await log.join('group', Topic.status);
      const after = await drain(second, 100 - before.length);
      await second.close();
      expect(new Set([...before, ...after].map(({ value }) => value)).size).toBe(100);
      expect(before.length + after.length).toBe(100);
    });

    it('deliver the records of a partition in the order of their offsets', async () => {
      for (let i = 0; i < 6; i++) await log.append(Topic.status, numberedRecords(20, 20, `${i}-`));
      const consumer = await log.join('group', Topic.status);
      const reached = new Map<number, number>();
      for (const { partition, offset } of await drain(consumer, 120)) {
        expect(offset).toBeGreaterThan(reached.get(partition) ?? -1);
        reached.set(partition, offset);
      }
      await consumer.close();
    });

    it('deliver the headers of each record, and none for records without', async () => {
      const one = { traceparent: '00-1-2-01', odd: 'ä \u{1f600} "' };
      const headersOf = [one, one, undefined, { other: '' }, undefined, one, undefined];
      await log.append(
        Topic.status,
        headersOf.map((headers, i) => ({ key: 'k', value: `v${i}`, ...(headers && { headers }) })),
      );
      const consumer = await log.join('group', Topic.status);
      expect((await drain(consumer, 7)).map(({ headers }) => headers)).toEqual(headersOf);
      await consumer.close();
    });

    it('deliver again what was polled and not committed', async () => {
      await log.append(Topic.status, numberedRecords(10));
      const first = await log.join('group', Topic.status);
      await drain(first, 10);
      await first.close();
      const second = await log.join('group', Topic.status);
      expect(await drain(second, 10)).toHaveLength(10);
      await second.close();
    });

    it('continue where a consumer seeks, regardless of what was committed and polled', async () => {
      await log.append(Topic.status, numberedRecords(60));
      const consumer = await log.join('group', Topic.status);
      const all = await drain(consumer, 60);
      await consumer.commit(positionsAfter(all));
      const partitions = [...new Set(all.map(({ partition }) => partition))];
      const begins = partitions.map((partition) => ({ partition, offset: 0 }));
      await consumer.seek(begins);
      const again = await drain(consumer, 60);
      expect(new Set(again.map(({ value }) => value)).size).toBe(60);
      const ends = positionsAfter(again);
      await consumer.seek(ends.map(({ partition, offset }) => ({ partition, offset: offset - 1 })));
      expect(await drain(consumer, ends.length)).toHaveLength(ends.length);
      expect((await consumer.poll({ maxRecords: 40, waitMs: 100 })).records).toEqual([]);
      await consumer.close();
    });

    it('deliver a lone record without waiting for another', async () => {
      const consumer = await log.join('group', Topic.status);
      const waiting = drain(consumer, 1);
      await log.append(Topic.status, numberedRecords(1));
      expect(await waiting).toHaveLength(1);
      await consumer.close();
    });

    it('resolve an idle poll after its time, and at once when it is aborted', async () => {
      const consumer = await log.join('group', Topic.status);
      expect((await consumer.poll({ maxRecords: 1, waitMs: 10 })).records).toEqual([]);
      const abort = new AbortController();
      const poll = consumer.poll({ maxRecords: 1, waitMs: 3_600_000, signal: abort.signal });
      abort.abort();
      expect((await poll).records).toEqual([]);
      await consumer.close();
    });

    it('store metadata with each position, and report the lag', async () => {
      await log.append(Topic.status, numberedRecords(10, 1));
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

    it('keep the positions of groups apart', async () => {
      await log.append(Topic.status, numberedRecords(5));
      const one = await log.join('one', Topic.status);
      await one.commit(positionsAfter(await drain(one, 5)));
      const other = await log.join('other', Topic.status);
      expect(await drain(other, 5)).toHaveLength(5);
      await one.close();
      await other.close();
    });
  });
}

async function drain(consumer: GroupConsumer, expected: number): Promise<StoredRecord[]> {
  const polled: StoredRecord[] = [];
  while (polled.length < expected) {
    const { records: batch } = await consumer.poll({ maxRecords: 40, waitMs: 20_000 });
    if (batch.length === 0) throw new Error(`only ${polled.length} of ${expected} records came`);
    polled.push(...batch);
  }
  return polled;
}

function positionsAfter(records: readonly StoredRecord[]) {
  const after = new Map<number, number>();
  for (const { partition, offset } of records) after.set(partition, offset + 1);
  return [...after].map(([partition, offset]) => ({ partition, offset, metadata: '' }));
}
