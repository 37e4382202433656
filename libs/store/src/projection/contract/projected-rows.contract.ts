import {
  contactOf,
  changesOf,
  CHANGES_AT as T,
  directoryOf,
  legAt,
  receiptOf,
  timelineOf,
} from './changes.fixture.js';
import type { ProjectionStoreUnderTest } from './projection-store-under-test.js';
import { NO_CHANGES, type ProjectionChanges, type ProjectionStore } from '../projection-store.js';

const SYSTEM = 's';
const TIMELINE = timelineOf(SYSTEM);
const CONTACT = contactOf(SYSTEM);

/** What every adapter of the port keeps of the rows that it only writes. */
export function projectedRowsContract(name: string, start: () => Promise<ProjectionStoreUnderTest>): void {
  describe(`${name} as a store of projected rows`, () => {
    let underTest: ProjectionStoreUnderTest;
    let store: ProjectionStore;

    beforeEach(async () => {
      underTest = await start();
      store = await underTest.open();
    });

    afterEach(() => underTest.dispose());

    const write = (changes: Partial<ProjectionChanges>) => store.write({ ...NO_CHANGES, ...changes });

    it('keeps a row of every kind, even after the write is repeated and the store reopened', async () => {
      const changes = changesOf(SYSTEM);
      await store.write(changes);
      const kept = await everything(underTest, SYSTEM);
      expect(kept).toEqual(expectedOf(changes));
      await store.write(changes);
      store = await underTest.open();
      expect(await everything(underTest, SYSTEM)).toEqual(kept);
    });

    it('keeps what one system has apart from what another has', async () => {
      await store.write(changesOf(SYSTEM));
      const kept = await everything(underTest, SYSTEM);
      await store.write(changesOf('other'));
      expect(await everything(underTest, SYSTEM)).toEqual(kept);
    });

    it('reads the interval with the highest version, regardless of the order of the writes', async () => {
      const row = (version: number, end: number | null) => {
        const state = { start: T, stateCode: 'a', stateName: 'A' };
        const interval =
          end === null
            ? ({ ...state, end, endedBy: 'open' } as const)
            : ({ ...state, end, endedBy: 'exit' } as const);
        return { timeline: TIMELINE, version, interval };
      };
      await write({ intervals: [row(3, T + 3)] });
      await write({ intervals: [row(2, null), row(1, T + 1)] });
      expect(await underTest.rows.intervals(TIMELINE)).toEqual([row(3, T + 3).interval]);
      await write({ intervals: [row(4, null)] });
      expect(await underTest.rows.intervals(TIMELINE)).toEqual([row(4, null).interval]);
    });

    it('keeps two intervals apart that begin together in different states', async () => {
      const interval = (stateCode: string) =>
        ({ start: T, stateCode, stateName: 'A', end: T + 1, endedBy: 'exit' }) as const;
      const row = (stateCode: string) => ({ timeline: TIMELINE, version: 1, interval: interval(stateCode) });
      await write({ intervals: [row('a'), row('b')] });
      const kept = await underTest.rows.intervals(TIMELINE);
      expect(kept.map(({ stateCode }) => stateCode).sort()).toEqual(['a', 'b']);
    });

    const anomaly = { at: T, kind: 'orphan_exit', stateCode: 'a' } as const;
    const contactAnomaly = {
      at: T,
      kind: 'orphan_step',
      action: 'held',
      groupId: 'g',
      workerId: 'w',
    } as const;

    it.each<
      [string, (version: number, deleted: boolean) => Partial<ProjectionChanges>, () => Promise<unknown[]>]
    >([
      [
        'an anomaly',
        (version, deleted) => ({ anomalies: [{ timeline: TIMELINE, version, deleted, anomaly }] }),
        async () => [...(await underTest.rows.anomalies(TIMELINE))],
      ],
      [
        'a leg',
        (version, deleted) => ({ legs: [{ contact: CONTACT, version, deleted, leg: legAt(T) }] }),
        async () => [...(await underTest.rows.legs(CONTACT))],
      ],
      [
        'an answered leg',
        (version, deleted) => ({ answeredLegs: [{ contact: CONTACT, version, deleted, leg: legAt(T) }] }),
        async () => [...(await underTest.rows.answeredLegs(CONTACT))],
      ],
      [
        'an anomaly of a contact',
        (version, deleted) => ({
          contactAnomalies: [{ contact: CONTACT, version, deleted, anomaly: contactAnomaly }],
        }),
        async () => [...(await underTest.rows.contactAnomalies(CONTACT))],
      ],
    ])('leaves out %s whose highest version is a deletion', async (_, changed, read) => {
      await write(changed(2, true));
      await write(changed(1, false));
      expect(await read()).toEqual([]);
      await write(changed(3, false));
      expect(await read()).toHaveLength(1);
      await write(changed(4, true));
      expect(await read()).toEqual([]);
    });

    it('reads the outcome of a leg from its highest version', async () => {
      const leg = legAt(T);
      const row = (version: number, running: boolean) => ({
        ...{ contact: CONTACT, version, deleted: false },
        leg: running ? { ...leg, end: { kind: 'running' as const } } : leg,
      });
      const rows = [row(2, false), row(1, true)];
      await write({ legs: rows, answeredLegs: rows });
      const outcomes = async () =>
        [...(await underTest.rows.legs(CONTACT)), ...(await underTest.rows.answeredLegs(CONTACT))].map(
          ({ outcome }) => outcome,
        );
      expect(await outcomes()).toEqual(['processed', 'processed']);
      await write({ legs: [row(3, true)], answeredLegs: [row(3, true)] });
      expect(await outcomes()).toEqual(['running', 'running']);
    });

    it('identifies an answered leg by its answer too', async () => {
      const leg = legAt(T);
      const byOther = { ...leg, answer: { ...leg.answer!, workerId: 'v' } };
      const row = { contact: CONTACT, version: 1, deleted: false };
      await write({
        answeredLegs: [
          { ...row, leg },
          { ...row, leg: byOther },
        ],
      });
      const kept = await underTest.rows.answeredLegs(CONTACT);
      expect(kept.map(({ workerId }) => workerId).sort()).toEqual(['v', 'w']);
    });

    it('puts the directory in force that is last in the log, regardless of the order of the writes', async () => {
      await write({ directories: [directoryOf(SYSTEM, 3, 'third')] });
      await write({ directories: [directoryOf(SYSTEM, 2, 'second')] });
      expect(await underTest.rows.directory(SYSTEM)).toMatchObject({
        position: 3,
        services: { third: 'service' },
        agentGroups: { w: ['third'] },
      });
    });

    it('unites receipts of one block', async () => {
      const receipt = receiptOf(SYSTEM);
      await write({ receipts: [{ ...receipt, stored: 0b1000n, settled: 600 }] });
      await write({ receipts: [{ ...receipt, repeats: 0b0010n, failed: 1n, lastReceived: T + 5 }] });
      await write({ receipts: [{ ...receipt, block: 3, deadLettered: 1n << 255n }] });
      const kept = [...(await underTest.rows.receipts(SYSTEM))].sort((a, b) => a.block - b.block);
      expect(kept).toEqual([
        {
          ...receipt,
          ...{ stored: 0b1011n, repeats: 0b0011n, failed: 0b1001n, settled: 600, lastReceived: T + 5 },
        },
        { ...receipt, block: 3, deadLettered: 1n << 255n },
      ]);
    });

    it('unites the activity of one slot', async () => {
      const row = { systemId: SYSTEM, slot: T, lastReceived: T + 2, lastAction: null };
      await write({ activity: [row] });
      await write({ activity: [{ ...row, lastReceived: T + 3, lastAction: T + 1 }] });
      await write({ activity: [{ ...row, lastReceived: T + 1 }] });
      expect(await underTest.rows.activity(SYSTEM)).toEqual([
        { ...row, lastReceived: T + 3, lastAction: T + 1 },
      ]);
    });
  });
}

/** Everything that is kept of a system whose changes were those of `changesOf`. */
export async function everything({ rows, open }: ProjectionStoreUnderTest, systemId: string) {
  const store = await open();
  const [timeline, contact] = [timelineOf(systemId), contactOf(systemId)];
  return {
    intervals: await rows.intervals(timeline),
    anomalies: await rows.anomalies(timeline),
    heads: [...(await store.heads([timeline])).values()],
    events: [...(await store.events([timeline], -Infinity, Infinity)).values()].flat(),
    legs: await rows.legs(contact),
    answeredLegs: await rows.answeredLegs(contact),
    contactAnomalies: await rows.contactAnomalies(contact),
    contactEvents: [...(await store.contactEvents([contact])).values()].flat(),
    contactGroups: await rows.contactGroups(systemId),
    directories: [await rows.directory(systemId)].filter((directory) => directory !== undefined),
    deadLetters: await rows.deadLetters(systemId),
    deadLetterResends: await rows.deadLetterResends(systemId),
    activity: await rows.activity(systemId),
    receipts: await rows.receipts(systemId),
    positions: await store.positions(`topic of ${systemId}`),
  };
}

/** The same as it has to be. */
export function expectedOf(changes: ProjectionChanges): Awaited<ReturnType<typeof everything>> {
  const { begin, groupId, begunBy, begunByWorker } = legAt(T);
  const leg = { begin, groupId, begunBy, begunByWorker, outcome: 'processed' } as const;
  const { events, contactEvents, deadLetters, deadLetterResends, activity, receipts, positions } = changes;
  return {
    ...{ deadLetters, deadLetterResends, activity, receipts, positions },
    events: [...events],
    contactEvents: [...contactEvents],
    intervals: changes.intervals.map(({ interval }) => interval),
    anomalies: changes.anomalies.map(({ anomaly }) => anomaly),
    heads: changes.heads.map(({ head }) => head),
    legs: [leg],
    answeredLegs: [{ ...leg, workerId: 'w', answered: T + 1_000 }],
    contactAnomalies: changes.contactAnomalies.map(({ anomaly }) => anomaly),
    contactGroups: changes.contactGroups.map(({ groupId: group }) => group),
    directories: changes.directories.map((directory) => ({
      ...directory,
      services: { g: 'service' },
      agentGroups: { w: ['g'] },
    })),
  };
}
