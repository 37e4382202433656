import type { EventLog } from './event-log.js';
import { keyOf, numberedRecords, readAll, type EventLogUnderTest } from './log-contract.fixture.js';
import { madeAt } from './log-identity.js';
import { Topic } from './topics.js';

/** What every log has to pass as an `EventReader`. */
export function eventReaderContract(name: string, start: () => Promise<EventLogUnderTest>): void {
  describe(`${name} as a reader of events`, () => {
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

    const reopened = async () => {
      await log.close();
      return (log = await underTest.open());
    };

    it('returns the number of partitions in its layout, and the partition of each key', async () => {
      const { generations, partitions, growth } = await log.layout(Topic.status);
      expect(partitions).toBe((await log.offsets(Topic.status)).length);
      expect([generations, growth]).toEqual([[{ partitions, from: [] }], undefined]);
      expect((await (await reopened()).layout(Topic.status)).generations).toEqual(generations);
      await log.append(Topic.status, numberedRecords(40, 20));
      for (const record of await readAll(log)) {
        expect(log.partitionOf(keyOf(record), partitions)).toBe(record.partition);
      }
    });

    it('keeps its identity, which starts with the time of its creation', async () => {
      const identity = await log.identity(Topic.status);
      expect(Math.abs(Date.now() - Date.parse(madeAt(identity)))).toBeLessThan(600_000);
      await log.append(Topic.status, numberedRecords(3));
      const other = await underTest.open();
      expect(await other.identity(Topic.status)).toBe(identity);
      await other.close();
      expect(await (await reopened()).identity(Topic.status)).toBe(identity);
    });

    it('has another identity than another log', async () => {
      const another = await start();
      const other = await another.open();
      expect(await other.identity(Topic.status)).not.toBe(await log.identity(Topic.status));
      await other.close();
      await another.dispose();
    });

    it('keeps topics apart', async () => {
      await log.append(Topic.status, numberedRecords(3));
      const offsets = await log.offsets(Topic.contact);
      expect(offsets.reduce((sum, { begin, end }) => sum + end - begin, 0)).toBe(0);
    });

    it('reads from any offset on, and nothing past the end', async () => {
      await log.append(Topic.status, numberedRecords(50, 1));
      await log.append(Topic.status, numberedRecords(50, 1, 'w'));
      const stored = await readAll(log);
      const partition = stored[0]!.partition;
      for (const index of [0, 1, 49, 50, 73, 99]) {
        const rest = await log.read(Topic.status, partition, stored[index]!.offset, 1_000);
        expect(rest.map(({ value }) => value)).toEqual(stored.slice(index).map(({ value }) => value));
      }
      expect(await log.read(Topic.status, partition, stored.at(-1)!.offset + 1, 10)).toEqual([]);
    });

    it('returns append times that never decrease within a partition', async () => {
      for (let i = 0; i < 5; i++) await log.append(Topic.status, numberedRecords(4, 1));
      const times = (await readAll(log)).map(({ appendedAt }) => appendedAt);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(Math.abs(Date.now() - times[0]!)).toBeLessThan(60_000);
    });

    it('returns what another instance appended', async () => {
      const other = await underTest.open();
      await other.append(Topic.status, numberedRecords(9));
      await other.close();
      expect(await readAll(log)).toHaveLength(9);
    });
  });
}
