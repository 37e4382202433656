import fc from 'fast-check';
import { CONTACT_ACTIONS, contactKey, foldContact, requiresWorker, type ContactEvent } from '#domain';
import { NO_CHANGES, type ProjectionChanges, type ReceivedContactEvent } from '#store';
import {
  CrashedError,
  InMemoryProjectionStore,
} from '../../../../test/support/store/in-memory-projection-store.js';
import { ContactProjection, type KnownContact } from './contact-projection.js';
import { WeightedCache } from '../memory/weighted-cache.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const runs = Math.ceil(Number(process.env['PROJECTOR_TIMELINES'] ?? 5_000) / 4);

const anyEvent: fc.Arbitrary<ContactEvent> = fc
  .record({
    systemId: fc.constant('s'),
    contactId: fc.constantFrom('1', '2'),
    groupId: fc.constantFrom('g', 'h'),
    actionTime: fc.integer({ min: 0, max: 8 }).map((n) => 1_700_000_000_000 + n * 1000),
    action: fc.constantFrom(...CONTACT_ACTIONS),
    workerId: fc.constantFrom('w', 'x'),
    customerId: fc.constantFrom('', 'c', 'd'),
    channelType: fc.constantFrom('', 'CHATS', 'MAILS'),
  })
  .map((event) => (requiresWorker(event.action) ? event : { ...event, workerId: '' }));

const anyStory = fc.record({
  arrivals: fc.array(anyEvent, { minLength: 1, maxLength: 40 }),
  batches: fc.array(
    fc.tuple(
      fc.integer({ min: 1, max: 12 }),
      fc.oneof(
        { weight: 5, arbitrary: fc.constant('kept' as const) },
        { weight: 1, arbitrary: fc.constant('restart' as const) },
        { weight: 1, arbitrary: fc.constant('not committed' as const) },
        { weight: 2, arbitrary: fc.nat({ max: 9 }) },
        // Another projector takes this many records, too, and writes what it made of them only at the end.
        { weight: 2, arbitrary: fc.record({ competedFor: fc.integer({ min: 1, max: 20 }) }) },
      ),
    ),
    { maxLength: 20 },
  ),
  cachedEvents: fc.constantFrom(1, 10, 10_000),
});

type Story = typeof anyStory extends fc.Arbitrary<infer T> ? T : never;

/** A projector's life over one partition: batches, crashes before any step of a write, restarts, replays. */
async function live({ arrivals, batches, cachedEvents }: Story) {
  const log: ReceivedContactEvent[] = arrivals.map((event, position) => ({
    ...event,
    receivedAt: 1,
    position,
  }));
  const store = new InMemoryProjectionStore();
  const start = () =>
    new ContactProjection(store, new WeightedCache<KnownContact>(cachedEvents, (steps) => steps.length + 1));
  let projection = start();
  let committed = 0;
  let repeats = 0;
  const late: ProjectionChanges[] = [];
  for (const [size, fate] of [...batches, ...log.map(() => [10, 'kept'] as const)]) {
    const batch = log.slice(committed, committed + size);
    if (batch.length === 0) break;
    if (typeof fate === 'object') {
      const competitor = await start().project(log.slice(committed, committed + fate.competedFor));
      late.push({ ...NO_CHANGES, ...competitor });
    }
    if (typeof fate === 'number') store.crashBeforeStep = fate;
    try {
      const { repeats: repeated, ...changes } = await projection.project(batch);
      await store.write({ ...NO_CHANGES, ...changes });
      if (fate === 'not committed') throw new CrashedError();
      committed += batch.length;
      repeats += repeated.length;
      if (fate === 'restart') projection = start();
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

describe(`ContactProjection (seed ${seed})`, () => {
  it('agrees with the fold over all events, through repeats, late arrivals, restarts, crashes and evictions', async () => {
    await fc.assert(
      fc.asyncProperty(anyStory, async (story) => {
        const { store, log, repeats } = await live(story);
        let distinct = 0;
        for (const key of new Set(log.map(contactKey))) {
          const events = log.filter((event) => contactKey(event) === key);
          const fold = foldContact(events);
          expect(asSet(store.legs(key, 'legs'))).toEqual(asSet(fold.legs));
          expect(asSet(store.legs(key, 'answeredLegs'))).toEqual(
            asSet(fold.legs.filter(({ answer }) => answer !== null)),
          );
          expect(asSet(store.contactAnomalies(key))).toEqual(asSet(fold.anomalies));
          distinct += new Set(
            events.map(({ actionTime, action, groupId, workerId }) =>
              [actionTime, action, groupId, workerId].join(' '),
            ),
          ).size;
        }
        expect(distinct + repeats).toBe(log.length);
      }),
      { seed, numRuns: runs },
    );
  }, 3_600_000);
});
