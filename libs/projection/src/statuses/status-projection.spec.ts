import fc from 'fast-check';
import { timelineKey, type StatusEvent } from '#domain';
import { NO_CHANGES, type ProjectionChanges, type ReceivedStatusEvent } from '#store';
import {
  CrashedError,
  InMemoryProjectionStore,
} from '../../../../test/support/store/in-memory-projection-store.js';
import { pairByBruteForce } from '../../../oracle/src/brute-force-pairing.js';
import { anyStatusEvent } from '../../../../test/support/data/status-event.arbitrary.js';
import { StatusProjection } from './status-projection.js';
import { TimelineCache } from './timeline-cache.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** Timelines in the run; set `PROJECTOR_TIMELINES=1000000` for a campaign. */
const timelines = Number(process.env['PROJECTOR_TIMELINES'] ?? 5_000);
const TIMELINES_PER_RUN = 4;

const stateMaxAgeMs = 12 * 3_600_000;

const anyEvent = anyStatusEvent(TIMELINES_PER_RUN / 2);

/** What happens to a batch on its way into the store. */
type Fate =
  | { readonly kind: 'kept' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'crash'; readonly beforeStep: number }
  | { readonly kind: 'not committed' }
  /** Another projector takes this many records, too, and writes what it made of them only at the end. */
  | { readonly kind: 'competed for'; readonly size: number };

const anyFate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ kind: 'kept' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('crash' as const), beforeStep: fc.nat({ max: 9 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'not committed' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('competed for' as const),
      size: fc.integer({ min: 1, max: 20 }),
    }),
  },
);

const anyStory = fc.record({
  arrivals: fc.array(anyEvent, { minLength: 1, maxLength: 60 }),
  batches: fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), anyFate), { maxLength: 30 }),
  cachedEvents: fc.constantFrom(1, 5, 20, 10_000),
  keptEvents: fc.constantFrom(1, 2, 32),
});

/** A projector's life over one partition: batches, crashes, restarts, replays. */
async function live(story: {
  arrivals: readonly StatusEvent[];
  batches: readonly (readonly [number, Fate])[];
  cachedEvents: number;
  keptEvents: number;
}) {
  const log: ReceivedStatusEvent[] = story.arrivals.map((event, position) => ({
    ...event,
    receivedAt: 1_800_000_000_000 + position,
    position,
  }));
  const store = new InMemoryProjectionStore();
  const start = () =>
    new StatusProjection(store, new TimelineCache(story.cachedEvents, story.keptEvents), { stateMaxAgeMs });
  let projection = start();
  let committed = 0;
  let repeats = 0;
  const late: ProjectionChanges[] = [];
  const endless = [...story.batches, ...log.map(() => [10, { kind: 'kept' }] as const)];
  for (const [size, fate] of endless) {
    const batch = log.slice(committed, committed + size);
    if (batch.length === 0) break;
    if (fate.kind === 'competed for') {
      const competitor = await start().project(log.slice(committed, committed + fate.size));
      late.push({ ...NO_CHANGES, ...competitor });
    }
    if (fate.kind === 'crash') store.crashBeforeStep = fate.beforeStep;
    try {
      const changes = await projection.project(batch);
      await store.write({ ...NO_CHANGES, ...changes });
      if (fate.kind === 'not committed') throw new CrashedError();
      committed += batch.length;
      repeats += changes.repeats.length;
      if (fate.kind === 'restart') projection = start();
    } catch (error) {
      if (!(error instanceof CrashedError)) throw error;
      projection = start();
    }
    store.crashBeforeStep = undefined;
  }
  for (const changes of late) await store.write(changes);
  return { store, log, repeats };
}

const asSet = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();

describe(`StatusProjection (seed ${seed}, ${timelines} timelines)`, () => {
  it('agrees with the brute-force fold over all events, through losses, repeats, late arrivals, restarts, crashes and evictions', async () => {
    await fc.assert(
      fc.asyncProperty(anyStory, async (story) => {
        const { store, log, repeats } = await live(story);
        const keys = [...new Set(log.map(timelineKey))];
        let distinct = 0;
        for (const key of keys) {
          const expected = pairByBruteForce(
            log.filter((event) => timelineKey(event) === key),
            { stateMaxAgeMs },
          );
          expect(asSet(store.intervals(key).map(plainInterval))).toEqual(
            asSet(expected.intervals.map(plainInterval)),
          );
          expect(asSet(store.anomalies(key).map(plainAnomaly))).toEqual(
            asSet(expected.anomalies.map(plainAnomaly)),
          );
          const open = expected.intervals.find(({ endedBy }) => endedBy === 'open');
          expect(store.head(key)?.open?.start).toEqual(open?.start);
          distinct += store.eventsOf(key).length;
        }
        expect(distinct + repeats).toBe(log.length);
      }),
      { seed, numRuns: Math.ceil(timelines / TIMELINES_PER_RUN) },
    );
  }, 3_600_000);

  it('reads nothing back for events that come in order on cached timelines', async () => {
    const store = new InMemoryProjectionStore();
    const projection = new StatusProjection(store, new TimelineCache(1_000), { stateMaxAgeMs });
    for (let i = 0; i < 500; i++) {
      const event = { systemId: 's', workerId: '1', groupId: '', stateCode: `c${i % 3}`, stateName: 'n' };
      const actionTime = 1_700_000_000_000 + i * 60_000;
      const changes = await projection.project([
        { ...event, actionTime, action: 'enter', receivedAt: actionTime, position: i },
      ]);
      expect(changes.intervals.length).toBeLessThanOrEqual(2);
      await store.write({ ...NO_CHANGES, ...changes });
    }
    expect(store.reads).toBe(0);
  });
});

function plainInterval({
  stateCode,
  stateName,
  start,
  end,
  endedBy,
}: {
  stateCode: string;
  stateName: string;
  start: number;
  end: number | null;
  endedBy: string;
}) {
  return { stateCode, stateName, start, end, endedBy };
}

function plainAnomaly({ kind, at, stateCode }: { kind: string; at: number; stateCode: string }) {
  return { kind, at, stateCode };
}
