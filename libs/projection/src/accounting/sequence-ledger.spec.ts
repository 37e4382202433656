import fc from 'fast-check';
import { distinctEvents, timelineKey, type StatusEvent } from '#domain';
import {
  encodeStatusRecord,
  producerIdAt,
  Topic,
  withOrigin,
  type RecordOrigin,
  type StoredRecord,
  fixedLayout,
} from '#event-log';
import { ACTIVITY_SLOT_MS, RECEIPT_BLOCK_NUMBERS, type ProjectionChanges } from '#store';
import {
  CrashedError,
  InMemoryProjectionStore,
} from '../../../../test/support/store/in-memory-projection-store.js';
import { anyStatusEvent } from '../../../../test/support/data/status-event.arbitrary.js';
import { topicProjections } from '../create-projectors.js';
import { SequenceLedger } from './sequence-ledger.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const rules = { stateMaxAgeMs: 12 * 3_600_000 };
const START = 1_800_000_000_000;
const PRODUCERS = [producerIdAt(START, 1), producerIdAt(START, 2)];

const origin = (number: number, more: Partial<RecordOrigin> = {}): RecordOrigin => ({
  producerId: PRODUCERS[0]!,
  sequence: number,
  lowWatermark: number - 1,
  rejected: [],
  ...more,
});

/** The numbers that the bits of blocks stand for. */
function numbersOf(blocks: readonly { block: number; bits: bigint }[]): number[] {
  return blocks
    .flatMap(({ block, bits }) =>
      Array.from({ length: RECEIPT_BLOCK_NUMBERS }, (_, bit) => bit)
        .filter((bit) => ((bits >> BigInt(bit)) & 1n) === 1n)
        .map((bit) => block * RECEIPT_BLOCK_NUMBERS + bit),
    )
    .sort((a, b) => a - b);
}

describe('the sequence ledger of a batch', () => {
  it('has one row for each block of 256 numbers of a producer and system', () => {
    const ledger = new SequenceLedger();
    ledger.add('a', origin(255), 10, 'stored');
    ledger.add('a', origin(256), 30, 'repeats');
    ledger.add('a', origin(511), 20, 'deadLettered');
    ledger.add('b', origin(256), 5, 'stored');
    ledger.add('a', origin(256, { producerId: PRODUCERS[1]! }), 5, 'stored');
    const none = { stored: 0n, repeats: 0n, deadLettered: 0n, failed: 0n };
    const row = { ...none, systemId: 'a', receiver: PRODUCERS[0], block: 1 };
    expect(ledger.rows()).toEqual([
      { ...row, block: 0, stored: 1n << 255n, settled: 254, lastReceived: 10 },
      { ...row, repeats: 1n, deadLettered: 1n << 255n, settled: 510, lastReceived: 30 },
      { ...row, systemId: 'b', stored: 1n, settled: 255, lastReceived: 5 },
      { ...row, receiver: PRODUCERS[1], stored: 1n, settled: 255, lastReceived: 5 },
    ]);
  });

  it('has rejected numbers in every block that their range reaches', () => {
    const ledger = new SequenceLedger();
    ledger.add(
      'a',
      origin(2_000, {
        rejected: [
          [1, 1],
          [250, 600],
        ],
      }),
      1,
      'stored',
    );
    const rows = ledger.rows();
    const rejected = numbersOf(rows.map(({ block, failed }) => ({ block, bits: failed })));
    expect(rejected).toEqual([1, ...Array.from({ length: 351 }, (_, i) => 250 + i)]);
    expect(rows).toHaveLength(4);
  });
});

type Fate = 'kept' | 'restart' | 'not committed' | 'competed for' | { readonly crashBeforeStep: number };

const anyFate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 5, arbitrary: fc.constant<Fate>('kept') },
  { weight: 1, arbitrary: fc.constantFrom<Fate>('restart', 'not committed', 'competed for') },
  { weight: 2, arbitrary: fc.record({ crashBeforeStep: fc.nat({ max: 11 }) }) },
);

/** What became of an append: it is in the log once, twice, not at all, or unreadable. */
const anyArrival = fc.record({
  event: anyStatusEvent(2),
  system: fc.constantFrom('a', 'b'),
  receiver: fc.constantFrom(...PRODUCERS),
  place: fc.constantFrom('once', 'once', 'once', 'twice', 'lost', 'unreadable'),
  failedBefore: fc.nat({ max: 3 }),
});

const anyStory = fc.record({
  arrivals: fc.array(anyArrival, { minLength: 1, maxLength: 60 }),
  batches: fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), anyFate), { maxLength: 30 }),
});

type Story = typeof anyStory extends fc.Arbitrary<infer T> ? T : never;

/** The records of one partition, as receivers would have written them. */
function logOf({ arrivals }: Story): StoredRecord[] {
  const last = new Map<string, number>();
  const records: string[] = [];
  for (const [index, { event, system, receiver, place, failedBefore }] of arrivals.entries()) {
    const key = `${receiver} ${system}`;
    const before = last.get(key) ?? 0;
    const number = before + failedBefore + 1;
    last.set(key, number);
    const receivedAt = START + index * 60_000;
    const { value } = withOrigin(
      encodeStatusRecord({ event: { ...event, systemId: system }, receivedAt }),
      origin(number, {
        producerId: receiver,
        rejected: failedBefore === 0 ? [] : [[before + 1, number - 1]],
      }),
    );
    const written = place === 'unreadable' ? value.replace('"v":1', '"v":99') : value;
    records.push(...Array<string>(place === 'lost' ? 0 : place === 'twice' ? 2 : 1).fill(written));
  }
  return records.map((value, offset) => ({ partition: 3, offset, appendedAt: START, value }));
}

const LAYOUT = fixedLayout(4);

/** Projects the log through whatever happens to its batches. */
async function live({ batches }: Story, log: readonly StoredRecord[]): Promise<InMemoryProjectionStore> {
  const store = new InMemoryProjectionStore();
  const start = () => topicProjections(store, rules).find(({ topic }) => topic === Topic.status)!.projection;
  let projection = start();
  let committed = 0;
  const late: ProjectionChanges[] = [];
  for (const [size, fate] of [...batches, ...log.map(() => [10, 'kept'] as const)]) {
    const batch = log.slice(committed, committed + size);
    if (batch.length === 0) break;
    if (fate === 'competed for') {
      late.push((await start().project(log.slice(committed, committed + 2 * size), LAYOUT)).changes);
    }
    if (typeof fate === 'object') store.crashBeforeStep = fate.crashBeforeStep;
    try {
      await store.write((await projection.project(batch, LAYOUT)).changes);
      if (fate === 'not committed') throw new CrashedError();
      committed += batch.length;
      if (fate === 'restart') projection = start();
    } catch (error) {
      if (!(error instanceof CrashedError)) throw error;
      projection = start();
    }
    store.crashBeforeStep = undefined;
  }
  for (const changes of late) await store.write(changes);
  return store;
}

/** What the log alone says about each producer's numbers of each system. */
function expectedLedger(log: readonly StoredRecord[]) {
  const expected = new Map<string, Record<'stored' | 'repeats' | 'deadLettered' | 'failed', Set<number>>>();
  const seen = new Map<string, StatusEvent[]>();
  for (const { value } of log) {
    const {
      v,
      origin: from,
      ...fields
    } = JSON.parse(value) as {
      v: number;
      origin: [string, number, number, ...number[]];
      systemId: string;
    };
    const [receiver, number, , first, last] = from;
    const key = `${receiver} ${fields.systemId}`;
    const sets = expected.get(key) ?? {
      stored: new Set(),
      repeats: new Set(),
      deadLettered: new Set(),
      failed: new Set(),
    };
    expected.set(key, sets);
    for (let each = first ?? 1; each <= (last ?? 0); each++) sets.failed.add(each);
    if (v !== 1) sets.deadLettered.add(number);
    else {
      const event = { groupId: '', ...fields } as unknown as StatusEvent;
      const ofTimeline = [...(seen.get(timelineKey(event)) ?? []), event];
      const distinct = distinctEvents(ofTimeline);
      sets[distinct.length > (seen.get(timelineKey(event)) ?? []).length ? 'stored' : 'repeats'].add(number);
      seen.set(timelineKey(event), distinct);
    }
  }
  return expected;
}

describe(`the sequence ledger of a projector (seed ${seed})`, () => {
  it('agrees with the log whatever was lost, repeated, unreadable, crashed, replayed or competed for', async () => {
    await fc.assert(
      fc.asyncProperty(anyStory, async (story) => {
        const log = logOf(story);
        const store = await live(story, log);
        const rows = store.receipts();
        const expected = expectedLedger(log);
        expect(new Set(rows.map(({ receiver, systemId }) => `${receiver} ${systemId}`))).toEqual(
          new Set(expected.keys()),
        );
        for (const [key, sets] of expected) {
          const ofKey = rows.filter(({ receiver, systemId }) => `${receiver} ${systemId}` === key);
          for (const name of ['stored', 'repeats', 'deadLettered', 'failed'] as const) {
            const numbers = numbersOf(ofKey.map((row) => ({ block: row.block, bits: row[name] })));
            expect([name, numbers]).toEqual([name, [...sets[name]].sort((a, b) => a - b)]);
          }
        }
      }),
      { seed, numRuns: 400 },
    );
  }, 600_000);

  it('comes with the times at which each system was active', async () => {
    const anyLog = fc.array(anyArrival, { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(anyLog, async (arrivals) => {
        const log = logOf({ arrivals, batches: [] });
        const store = await live({ arrivals, batches: [] }, log);
        const heard = new Map<string, [number, number]>();
        for (const { value } of log) {
          const { v, systemId, receivedAt, actionTime } = JSON.parse(value) as Record<string, number>;
          if (v !== 1) continue;
          const key = `${receivedAt! - (receivedAt! % ACTIVITY_SLOT_MS)} ${systemId}`;
          const [received, action] = heard.get(key) ?? [-Infinity, -Infinity];
          heard.set(key, [Math.max(received, receivedAt!), Math.max(action, actionTime!)]);
        }
        const rows = store
          .activity()
          .map((row) => [`${row.slot} ${row.systemId}`, [row.lastReceived, row.lastAction]]);
        expect(new Map(rows as [string, [number, number]][])).toEqual(heard);
      }),
      { seed, numRuns: 50 },
    );
  });
});
