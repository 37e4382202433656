import { changesOf } from './changes.fixture.js';
import { everything, expectedOf } from './projected-rows.contract.js';
import type { ProjectionStoreUnderTest } from './projection-store-under-test.js';
import type { ProjectedPosition, ProjectionChanges } from '../projection-store.js';

type Kept = Awaited<ReturnType<typeof everything>>;
type Kind = keyof Kept;

/** More steps than any adapter takes for a write. */
const MANY_STEPS = 64;

const OF_STATUSES = ['intervals', 'anomalies', 'heads'] as const;
const OF_CONTACTS = ['legs', 'answeredLegs', 'contactAnomalies'] as const;

/** A write that failed, and what was kept of it. */
interface BrokenWrite {
  readonly changes: ProjectionChanges;
  readonly kept: Kept;
  readonly begun: readonly ProjectedPosition[];
}

/** What every adapter of the port guarantees of a write that fails, at whichever of its steps that is. */
export function brokenWritesContract(name: string, start: () => Promise<ProjectionStoreUnderTest>): void {
  describe(`${name} after a write that failed`, () => {
    let underTest: ProjectionStoreUnderTest;
    const broken: BrokenWrite[] = [];

    beforeAll(async () => {
      underTest = await start();
      while (broken.length < MANY_STEPS) {
        const write = await brokenWrite(underTest, broken.length);
        if (write === undefined) break;
        broken.push(write);
      }
    });

    afterAll(() => underTest.dispose());

    it('was tried with a failure at each step', () => {
      expect(broken.length).toBeGreaterThanOrEqual(10);
      expect(broken.length).toBeLessThan(MANY_STEPS);
    });

    it('has everything that was projected from an event beside it', () => {
      for (const { changes, kept } of broken) {
        if (kept.events.length > 0) expectWhole(changes, kept, OF_STATUSES);
        if (kept.contactEvents.length > 0) expectWhole(changes, kept, OF_CONTACTS);
      }
    });

    it('has a directory in force only with all that is looked up in it', () => {
      for (const { changes, kept } of broken) {
        if (kept.directories.length > 0) expectWhole(changes, kept, ['directories']);
      }
    });

    it('has receipts only of what is there', () => {
      for (const { changes, kept } of broken) {
        const others = (Object.keys(kept) as Kind[]).filter((kind) => kind !== 'positions');
        if (kept.receipts.length > 0) expectWhole(changes, kept, others);
      }
    });

    it('has a position only once everything before it is there', () => {
      for (const { changes, kept } of broken) {
        if (kept.positions.length > 0) expectWhole(changes, kept, Object.keys(kept) as Kind[]);
      }
    });

    it('remembers, if it remembers any, which position the write was begun towards before it has a row', () => {
      for (const { changes, kept, begun } of broken) {
        const hasRows = Object.values(kept).some((rows: readonly unknown[]) => rows.length > 0);
        if (hasRows && underTest.remembersBegunWrites) expect(begun).toEqual(changes.positions);
      }
    });

    it('has everything once, when the same write succeeds', async () => {
      const store = await underTest.open();
      for (const { changes } of broken) {
        await store.write(changes);
        expect(await everything(underTest, systemOf(changes))).toEqual(expectedOf(changes));
      }
    });
  });
}

/** @returns `undefined` if the write has no more steps than that. */
async function brokenWrite(
  underTest: ProjectionStoreUnderTest,
  steps: number,
): Promise<BrokenWrite | undefined> {
  const changes = changesOf(`system ${steps}`);
  const failing = await underTest.failingAfter(steps);
  const failed = await failing.write(changes).then(
    () => false,
    () => true,
  );
  if (!failed) return undefined;
  const store = await underTest.open();
  const kept = await everything(underTest, systemOf(changes));
  return { changes, kept, begun: await store.begunWrites(changes.positions[0]!.topic) };
}

function systemOf({ systems }: ProjectionChanges): string {
  return systems[0]!.systemId;
}

function expectWhole(changes: ProjectionChanges, kept: Kept, kinds: readonly Kind[]): void {
  const expected = expectedOf(changes);
  for (const kind of kinds) expect([kind, kept[kind]]).toEqual([kind, expected[kind]]);
}
