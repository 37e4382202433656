import { consumerGroupsContract } from './consumer-groups.contract.js';
import { eventAppenderContract } from './event-appender.contract.js';
import type { EventLog } from './event-log.js';
import { eventReaderContract } from './event-reader.contract.js';
import { keyOf, numberedRecords, readAll, type EventLogUnderTest } from './log-contract.fixture.js';
import { Topic } from './topics.js';

/** What every adapter of {@link EventLog} has to pass: the contracts of its ports, and the order of appends. */
export function eventLogContract(name: string, start: () => Promise<EventLogUnderTest>): void {
  eventAppenderContract(name, async () => {
    const underTest = await start();
    return { ...underTest, openReader: () => underTest.open() };
  });
  eventReaderContract(name, start);
  consumerGroupsContract(name, start);

  describe(`${name} as a whole log`, () => {
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

    it('keeps the records of a key in one partition, in the order of their appends', async () => {
      const appends = numberedRecords(300);
      await Promise.all(appends.map((record) => log.append(Topic.status, [record])));
      const stored = await readAll(log);
      expect(stored).toHaveLength(300);
      for (const key of ['key-0', 'key-4']) {
        const ofKey = stored.filter((record) => keyOf(record) === key);
        const appended = appends.filter((record) => record.key === key);
        expect(ofKey.map(({ value }) => value)).toEqual(appended.map(({ value }) => value));
        expect(new Set(ofKey.map(({ partition }) => partition)).size).toBe(1);
      }
    });

    it('keeps the records of one append in their order, with their headers', async () => {
      const one = { traceparent: '00-1-2-01' };
      const headersOf = [one, undefined, { other: '' }, one];
      await log.append(
        Topic.status,
        headersOf.map((headers, i) => ({ key: 'k', value: `v${i}`, ...(headers && { headers }) })),
      );
      await log.append(Topic.status, [{ key: 'k', value: 'v4' }]);
      const stored = await readAll(log);
      expect(stored.map(({ value }) => value)).toEqual(['v0', 'v1', 'v2', 'v3', 'v4']);
      expect(stored.map(({ headers }) => headers)).toEqual([...headersOf, undefined]);
    });
  });
}
