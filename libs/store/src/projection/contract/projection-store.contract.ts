import { contactKey, timelineKey, type TimelineHead } from '#domain';
import {
  NO_CHANGES,
  type ProjectedPosition,
  type ProjectionStore,
  type ReceivedContactEvent,
  type ReceivedStatusEvent,
} from '../projection-store.js';
import { brokenWritesContract } from './broken-writes.contract.js';
import { projectedRowsContract } from './projected-rows.contract.js';
import type { ProjectionStoreUnderTest } from './projection-store-under-test.js';

const T = Date.UTC(2026, 0, 1);

/**
 * What every adapter of {@link ProjectionStore} has to pass, unchanged: this suite covers what the port reads back, and
 * {@link projectedRowsContract} and {@link brokenWritesContract}, which it runs too, cover the rest.
 */
export function projectionStoreContract(name: string, start: () => Promise<ProjectionStoreUnderTest>): void {
  projectedRowsContract(name, start);
  brokenWritesContract(name, start);
  describe(`${name} as a projection store`, () => {
    let underTest: ProjectionStoreUnderTest;
    let store: ProjectionStore;

    beforeEach(async () => {
      underTest = await start();
      store = await underTest.open();
    });

    afterEach(() => underTest.dispose());

    const timeline = (workerId: string, groupId = '') => ({ systemId: 's', workerId, groupId });
    const system = { systemId: 's', receivedAt: T };

    const event = (workerId: string, seconds: number, more: Partial<ReceivedStatusEvent> = {}) => ({
      ...timeline(workerId),
      stateCode: 'c',
      stateName: 'n',
      actionTime: T + seconds * 1000,
      action: 'enter' as const,
      receivedAt: T,
      position: seconds,
      ...more,
    });

    const step = (contactId: string, seconds: number, more: Partial<ReceivedContactEvent> = {}) => ({
      systemId: 's',
      contactId,
      groupId: 'g',
      actionTime: T + seconds * 1000,
      action: 'queued' as const,
      workerId: '',
      customerId: '',
      channelType: '',
      receivedAt: T,
      position: seconds,
      ...more,
    });

    const writeEvents = (events: readonly ReceivedStatusEvent[]) =>
      store.write({ ...NO_CHANGES, events, systems: [system] });
    const writeSteps = (contactEvents: readonly ReceivedContactEvent[]) =>
      store.write({ ...NO_CHANGES, contactEvents });
    const eventsOf = async (workerId: string, from = -Infinity, to = Infinity) =>
      (await store.events([timeline(workerId)], from, to)).get(timelineKey(timeline(workerId)));
    const stepsOf = async (contactId: string) => {
      const id = { systemId: 's', contactId };
      return (await store.contactEvents([id])).get(contactKey(id));
    };

    it('has nothing when it is new', async () => {
      expect([await store.isEmpty(), await store.hasNoContacts()]).toEqual([true, true]);
      expect(await store.heads([timeline('w')])).toEqual(new Map());
      expect(await store.events([timeline('w')], -Infinity, Infinity)).toEqual(new Map());
      expect(await store.contactEvents([{ systemId: 's', contactId: '1' }])).toEqual(new Map());
      expect([await store.positions('t'), await store.obstacle()]).toEqual([[], undefined]);
    });

    it('is not empty once something was written, even after it is reopened', async () => {
      await writeEvents([event('w', 1)]);
      await writeSteps([step('1', 1)]);
      expect([await store.isEmpty(), await store.hasNoContacts()]).toEqual([false, false]);
      store = await underTest.open();
      expect([await store.isEmpty(), await store.hasNoContacts()]).toEqual([false, false]);
    });

    it('reads the head with the highest version, regardless of the order of the writes', async () => {
      const headAt = (lastReset: number, open?: TimelineHead['open']): TimelineHead => ({
        open,
        lastReset,
        unsettledUntil: -Infinity,
      });
      const open = { stateCode: 'c', stateName: 'n', start: T };
      const newest = headAt(T + 3_000, open);
      const row = (version: number, head: TimelineHead, worker = 'w') => ({
        timeline: timeline(worker),
        version,
        head,
      });
      await store.write({ ...NO_CHANGES, heads: [row(3, newest), row(1, headAt(T), 'other')] });
      await store.write({ ...NO_CHANGES, heads: [row(2, headAt(T + 2_000))] });
      const heads = await store.heads([timeline('w'), timeline('nobody')]);
      expect(heads).toEqual(new Map([[timelineKey(timeline('w')), newest]]));
    });

    it('keeps the infinite bounds of a head', async () => {
      const head: TimelineHead = { open: undefined, lastReset: -Infinity, unsettledUntil: Infinity };
      await store.write({ ...NO_CHANGES, heads: [{ timeline: timeline('w'), version: 1, head }] });
      expect([...(await store.heads([timeline('w')])).values()]).toEqual([head]);
    });

    it('reads the events of a period in order, both bounds included', async () => {
      await writeEvents([3, 1, 4, 2].map((seconds) => event('w', seconds)));
      expect((await eventsOf('w'))?.map(({ position }) => position)).toEqual([1, 2, 3, 4]);
      const some = await eventsOf('w', T + 2_000, T + 3_000);
      expect(some).toEqual([event('w', 2), event('w', 3)]);
      expect(await eventsOf('w', T + 5_000)).toBeUndefined();
    });

    it('keeps repeats as one event, with its first position and receipt and the greatest of its names', async () => {
      await writeEvents([event('w', 1, { position: 7, receivedAt: T + 7, stateName: 'b' })]);
      await writeEvents([event('w', 1, { position: 5, receivedAt: T + 5, stateName: 'a' })]);
      await writeEvents([event('w', 1, { position: 9, receivedAt: T + 9, stateName: 'c' })]);
      const kept = event('w', 1, { position: 5, receivedAt: T + 5, stateName: 'c' });
      expect(await eventsOf('w')).toEqual([kept]);
    });

    it('keeps timelines apart whose ids differ in one part only', async () => {
      await writeEvents([
        event('w', 1),
        event('w', 2, { groupId: 'g' }),
        event('w', 3, { systemId: 'other' }),
        event('v', 4),
      ]);
      const ids = [timeline('w'), timeline('w', 'g'), { ...timeline('w'), systemId: 'other' }];
      const found = await store.events(ids, -Infinity, Infinity);
      expect([...found].map(([key, events]) => [key, events.map(({ position }) => position)]).sort()).toEqual(
        ids.map((id, index) => [timelineKey(id), [index + 1]]).sort(),
      );
    });

    it('reads the steps of a contact in order and each once, with the smallest customer and channel stated', async () => {
      await writeSteps([
        step('1', 2, { action: 'answered', workerId: 'w' }),
        step('1', 2, { action: 'offered', workerId: 'w' }),
      ]);
      await writeSteps([step('1', 1, { position: 8, customerId: 'b' }), step('2', 1)]);
      await writeSteps([step('1', 1, { position: 6, customerId: 'a', channelType: 'CHATS' })]);
      await writeSteps([step('1', 1, { position: 7 })]);
      const steps = (await stepsOf('1'))!;
      expect(steps.map(({ action }) => action)).toEqual(['queued', 'offered', 'answered']);
      expect(steps[0]).toEqual(step('1', 1, { position: 6, customerId: 'a', channelType: 'CHATS' }));
    });

    it('keeps contacts apart whose ids differ in one part only', async () => {
      await writeSteps([step('1', 1), step('1', 2, { systemId: 'other' }), step('2', 3)]);
      const ids = ['s', 'other'].map((systemId) => ({ systemId, contactId: '1' }));
      const found = await store.contactEvents(ids);
      expect([...found].map(([key, steps]) => [key, steps.map(({ position }) => position)]).sort()).toEqual(
        ids.map((id, index) => [contactKey(id), [index + 1]]).sort(),
      );
    });

    it('keeps a contact step with its first position and receipt', async () => {
      for (const rank of [7, 5, 9])
        await writeSteps([step('1', 1, { position: rank, receivedAt: T + rank })]);
      expect(await stepsOf('1')).toEqual([step('1', 1, { position: 5, receivedAt: T + 5 })]);
    });

    it('reads the same after a write is repeated', async () => {
      const events = [event('w', 1), event('w', 2, { action: 'exit' })];
      await writeEvents(events);
      await writeEvents(events);
      expect(await eventsOf('w')).toEqual(events);
    });

    const position = (partition: number, offset: number, topic = 't'): ProjectedPosition => ({
      topic,
      partition,
      logId: '2026-01-01T00:00:00.000Z/a',
      offset,
      lastRecord: `fingerprint of ${offset}`,
      metadata: `{"stored":${offset}}`,
      rules: 'r',
    });
    const writePositions = (...positions: ProjectedPosition[]) => store.write({ ...NO_CHANGES, positions });
    const sorted = (positions: readonly ProjectedPosition[]) =>
      [...positions].sort((a, b) => a.partition - b.partition);

    it('keeps the greatest position of each partition and topic, even after it is reopened', async () => {
      await writePositions(position(0, 10), position(1, 1), position(0, 5, 'u'));
      await writePositions(position(1, 3));
      await writePositions(position(0, 7));
      expect(sorted(await store.positions('t'))).toEqual([position(0, 10), position(1, 3)]);
      store = await underTest.open();
      expect(sorted(await store.positions('t'))).toEqual([position(0, 10), position(1, 3)]);
      expect(await store.positions('u')).toEqual([position(0, 5, 'u')]);
    });

    it('keeps the positions of each log', async () => {
      const other = { ...position(0, 3), logId: '2026-02-01T00:00:00.000Z/b' };
      await writePositions(position(0, 10));
      await writePositions(other);
      const byOffset = [...(await store.positions('t'))].sort((a, b) => a.offset - b.offset);
      expect(byOffset).toEqual([other, position(0, 10)]);
    });

    it('remembers the greatest positions that writes were begun towards, if it remembers any', async () => {
      await writePositions(position(0, 10), position(1, 1), position(0, 5, 'u'));
      await writePositions(position(0, 7), position(1, 3));
      const expected = underTest.remembersBegunWrites ? [position(0, 10), position(1, 3)] : [];
      expect(sorted(await store.begunWrites('t'))).toEqual(expected);
      store = await underTest.open();
      expect(sorted(await store.begunWrites('t'))).toEqual(expected);
    });

    it('says what keeps it from being projected to, and how to get past that', async () => {
      await underTest.obstruct?.();
      if (underTest.obstruct === undefined) expect(await store.obstacle()).toBeUndefined();
      else expect(await store.obstacle()).toMatch(/run '.+'/);
    });
  });
}
