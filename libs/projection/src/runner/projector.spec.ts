import { timelineKey } from '#domain';
import {
  encodeStatusRecord,
  fixedLayout,
  Topic,
  UnstableLayoutError,
  type EventLog,
  type GroupPosition,
  type NewRecord,
  type StoredRecord,
  type TopicLayout,
} from '#event-log';
import type { ProjectionState, ProjectionStore } from '#store';
import { createLogger, createMetrics, type Metrics } from '#telemetry';
import { InMemoryProjectionStore } from '../../../../test/support/store/in-memory-projection-store.js';
import { eventually } from '../../../../test/support/http/service-client.js';
import { MAX_SET_ASIDE_IN_A_ROW } from '../writing/bisecting-writer.js';
import { ORDINARY_LAG_MS } from '../taking-over/catch-up.js';
import { topicProjections } from '../create-projectors.js';
import { STUCK_AFTER_MS } from './projection-status.js';
import { Projector } from './projector.js';

const IDENTITY = '2026-01-31T08:00:00.000Z/log';
const FIXED = fixedLayout(2);
const GROWING: TopicLayout = { ...FIXED, growth: { generation: 1, partitions: 4, run: 'r' } };

/** A log whose partitions, layouts and records the test sets. */
class LogUnderTest {
  /** The layouts that reads of it return, one after another; the last one from then on. */
  layouts: TopicLayout[] = [FIXED];
  members = 0;
  joins = 0;
  asked = 0;
  assignment = 1;
  identity = IDENTITY;
  /** All records of the log, in the order of their offsets within each partition. */
  records: StoredRecord[] = [];
  /** What the group has committed, for each of the projector's partitions. */
  positions: GroupPosition[] = [0, 1].map((partition) => ({ partition, offset: 0, metadata: '' }));
  readonly committed: GroupPosition[] = [];
  readonly appended: NewRecord[] = [];
  private readonly next = new Map<number, number>();

  readonly log = {
    layout: async () => {
      this.asked++;
      return this.layouts.length > 1 ? this.layouts.shift()! : this.layouts[0]!;
    },
    // The last character of a key is its partition.
    partitionOf: (key: string, partitions: number) => Number(key.at(-1)) % partitions,
    append: async (_: string, records: readonly NewRecord[]) => void this.appended.push(...records),
    identity: async () => this.identity,
    offsets: async () => [0, 1, 2, 3].map((partition) => ({ partition, begin: 0, end: this.end(partition) })),
    join: async () => this.join(),
  } as unknown as EventLog;

  private join() {
    this.joins++;
    this.members++;
    return {
      poll: async () => {
        await new Promise(setImmediate);
        const records = this.records.filter(
          ({ partition, offset }) => offset >= (this.next.get(partition) ?? 0),
        );
        for (const { partition, offset } of records) this.next.set(partition, offset + 1);
        return { records, assignment: this.assignment };
      },
      positions: async () => this.positions,
      commit: async (positions: readonly GroupPosition[]) => void this.committed.push(...positions),
      seek: async (to: readonly { partition: number; offset: number }[]) => {
        for (const { partition, offset } of to) this.next.set(partition, offset);
      },
      lag: async () => [],
      close: async () => void this.members--,
    };
  }

  private end(partition: number): number {
    const last = this.records.findLast((record) => record.partition === partition);
    return last === undefined ? 0 : last.offset + 1;
  }
}

const event = {
  systemId: 's',
  workerId: 'w',
  groupId: '',
  stateCode: 'c',
  stateName: 'n',
  actionTime: 1_000,
  action: 'enter',
} as const;

describe('a projector', () => {
  let under: LogUnderTest;
  let store: InMemoryProjectionStore;
  let projector: Projector;
  let metrics: Metrics;
  let clock: number;

  const rules = { stateMaxAgeMs: 1_000 };
  const projectorOf = (onto: ProjectionStore, by = rules) => {
    const [status] = topicProjections(onto, by);
    const parts = { log: under.log, store: onto, metrics, logger: createLogger('silent') };
    return new Projector({
      ...parts,
      ...status!,
      clock: () => clock,
      now: () => clock,
      // Hardly waits: the test sets the clock.
      pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
    });
  };

  beforeEach(() => {
    clock = 0;
    under = new LogUnderTest();
    store = new InMemoryProjectionStore();
    metrics = createMetrics();
    projector = projectorOf(store);
  });

  afterEach(() => projector.stop());

  const record = (partition: number, key: string, more: Partial<StoredRecord> = {}): StoredRecord => ({
    partition,
    offset: 5,
    appendedAt: 0,
    ...encodeStatusRecord({ event, receivedAt: 1_000 }),
    key,
    ...more,
  });

  it('does not join its group while partitions are being added', async () => {
    under.layouts = [GROWING];
    await expect(projector.start()).rejects.toBeInstanceOf(UnstableLayoutError);
    expect(under.joins).toBe(0);
  });

  it('leaves its group again if an addition of partitions began while it joined', async () => {
    under.layouts = [FIXED, GROWING];
    await expect(projector.start()).rejects.toBeInstanceOf(UnstableLayoutError);
    expect([under.joins, under.members]).toEqual([1, 0]);
  });

  it('projects nothing if its partitions move while others are being added, and goes on afterwards', async () => {
    await projector.start();
    under.layouts = [GROWING];
    under.asked = 0;
    under.assignment++;
    under.records = [record(0, 'k0')];
    await eventually(() => under.asked > 1);
    expect(under.committed).toEqual([]);
    under.layouts = [FIXED];
    await eventually(() => under.committed.length === 1);
  });

  it('moves misplaced records with their headers, and counts them only in their new partition', async () => {
    const generations = [...FIXED.generations, { partitions: 4, from: [0, 0] }];
    under.layouts = [{ generations, partitions: 4 }];
    await projector.start();
    const headers = { traceparent: '00-1-2-01' };
    const misplaced = record(0, 'k2', { headers });
    under.records = [misplaced, record(1, 'k1')];
    await eventually(() => under.committed.length === 2);
    const { key, value } = misplaced;
    expect(under.appended).toEqual([{ key, value, headers }]);
    expect(under.committed.map(({ metadata }) => metadata)).toEqual(
      [0, 1].map((stored) => JSON.stringify({ stored, repeats: 0, deadLettered: 0 })),
    );
  });

  it('counts the records of its own partitions, even if these move while nothing comes', async () => {
    const stored = async () => {
      await projector.refreshLagMetrics();
      const { values } = await metrics.eventsProjected.get();
      return values.find(({ labels }) => labels.outcome === 'stored')?.value;
    };
    const position = (partition: number, count: number) => {
      const metadata = JSON.stringify({ stored: count, repeats: 0, deadLettered: 0 });
      return { partition, offset: count, metadata };
    };
    under.positions = [position(0, 3), position(1, 4)];
    await projector.start();
    expect(await stored()).toBe(7);
    under.positions = [position(1, 4)];
    under.assignment++;
    await eventually(async () => (await stored()) === 4);
  });

  const enterAt = (offset: number, more: { stateCode?: string } = {}) =>
    record(0, 'k0', {
      offset,
      ...encodeStatusRecord({
        event: { ...event, actionTime: 1_000 * (offset + 1), stateCode: `c${offset}`, ...more },
        receivedAt: 1_000,
      }),
    });
  const three = () => [0, 1, 2].map((offset) => enterAt(offset));
  const intervals = () => store.intervals(timelineKey(event)).length;
  const isState = (kind: ProjectionState['kind']) => eventually(() => projector.state.kind === kind);

  /** Projects the whole log with another projector. */
  const projected = async () => {
    await projector.start();
    await eventually(async () => intervals() === under.records.length);
    await projector.stop();
    projector = projectorOf(store);
  };

  it('goes on from where the store is, whatever the group has committed', async () => {
    under.records = three();
    await projected();
    const [position] = await store.positions(Topic.status);
    expect(position).toMatchObject({ partition: 0, offset: 3, logId: IDENTITY });
    for (const offset of [0, 1, 4]) {
      under.positions = [{ partition: 0, offset, metadata: '' }];
      under.committed.length = 0;
      await projector.start();
      await isState('current');
      expect(new Set(under.committed.map(({ offset: to, metadata }) => `${to} ${metadata}`))).toEqual(
        new Set([`${position!.offset} ${position!.metadata}`]),
      );
      await projector.stop();
      projector = projectorOf(store);
    }
  });

  it('projects the whole log into a store that was lost, and reports that it catches up until then', async () => {
    under.records = three();
    await projected();
    under.positions = [{ partition: 0, offset: 3, metadata: '' }];
    store = new InMemoryProjectionStore();
    const states: string[] = [];
    let letWrite = () => undefined as void;
    const held = new Promise<void>((resolve) => (letWrite = resolve));
    const slow = overriding(store, {
      write: async (changes) => {
        await held;
        await store.write(changes);
      },
    });
    projector = projectorOf(slow);
    await projector.start();
    await isState('catching_up');
    states.push(projector.state.kind);
    expect(projector.state).toEqual({ kind: 'catching_up', left: 3 });
    letWrite();
    await isState('current');
    expect([intervals(), states]).toEqual([3, ['catching_up']]);
  });

  it('catches up on records older than a minute, and not on newer ones', async () => {
    under.records = three();
    await projected();
    for (const [age, kind] of [
      [ORDINARY_LAG_MS, 'starting'],
      [ORDINARY_LAG_MS + 1, 'catching_up'],
    ] as const) {
      clock = age;
      let seen: string | undefined;
      const slow = overriding(store, {
        write: async () => {
          seen = projector.state.kind;
          throw new Error('not now');
        },
      });
      under.records = [...three(), enterAt(3)];
      projector = projectorOf(slow);
      await projector.start();
      await eventually(() => seen !== undefined);
      await projector.stop();
      expect([age, seen === 'catching_up']).toEqual([age, kind === 'catching_up']);
    }
  });

  it.each<[string, (under: LogUnderTest) => void, RegExp]>([
    [
      'the log is another one that was made later',
      (log) => (log.identity = '2026-02-01T00:00:00.000Z/other'),
      /of another log.*The log is the younger one: it was lost, emptied or made again.*npm run rebuild/s,
    ],
    [
      'the log is another one that was made earlier',
      (log) => (log.identity = '2025-02-01T00:00:00.000Z/other'),
      /of another log.*The log is the older one.*npm run rebuild/s,
    ],
    [
      'the log ends before what the store has',
      (log) => void log.records.pop(),
      /ahead of its log: it has wfm.status.v1\/0 up to offset 3, and the log ends at 2. The log is the older one/,
    ],
    [
      'another record is where the store has projected one',
      (log) => (log.records[2] = { ...log.records[2]!, appendedAt: 1 }),
      /the record at offset 2 of wfm.status.v1\/0 is not the one that the store has projected/,
    ],
    [
      'the end of the log was lost and other records have taken its place',
      (log) =>
        log.records.splice(2, 1, ...[2, 3, 4].map((offset) => enterAt(offset, { stateCode: 'other' }))),
      /the log was restored from an older copy, or lost its end/,
    ],
  ])('projects nothing if %s, and reports what to do', async (_, change, cause) => {
    under.records = three();
    await projected();
    const before = store.intervals(timelineKey(event));
    change(under);
    await projector.start();
    await isState('refused');
    expect((projector.state as { cause: string }).cause).toMatch(cause);
    expect(store.intervals(timelineKey(event))).toEqual(before);
    expect(await projector.drain(1_000)).toBe(false);
  });

  it('projects nothing if the store was made by other rules', async () => {
    under.records = three();
    await projected();
    projector = projectorOf(store, { stateMaxAgeMs: 2_000 });
    await projector.start();
    await isState('refused');
    expect(projector.state).toMatchObject({ cause: expect.stringContaining('STATE_MAX_AGE_SECONDS=2') });
  });

  it('goes on by itself once store and log belong together again', async () => {
    under.records = three();
    await projected();
    under.identity = '2026-02-01T00:00:00.000Z/other';
    await projector.start();
    await isState('refused');
    under.identity = IDENTITY;
    await isState('current');
  });

  it('projects nothing while a rebuild is only half done', async () => {
    projector = projectorOf(overriding(store, { obstacle: async () => 'run it again' }));
    await projector.start();
    await isState('refused');
    expect(projector.state).toEqual({ kind: 'refused', cause: 'run it again' });
  });

  /** A store that does not accept events with these state codes. */
  const choosy = (codes: readonly string[]) =>
    overriding(store, {
      write: async (changes) => {
        const bad = changes.events.some(({ stateCode }) => codes.includes(stateCode));
        if (bad) throw Object.assign(new Error('cannot parse'), { code: '27' });
        await store.write(changes);
      },
    });

  it('sets aside the records that make their batch fail, and only those', async () => {
    const all = Array.from({ length: 40 }, (_, offset) => enterAt(offset));
    under.records = all;
    const letters: string[] = [];
    const picky = choosy(['c17', 'c18', 'c39']);
    projector = projectorOf(
      overriding(picky, {
        write: async (changes) => {
          await picky.write(changes);
          letters.push(...changes.deadLetters.map(({ id, reason }) => `${reason} ${id}`));
        },
      }),
    );
    await projector.start();
    await eventually(() => letters.length === 3);
    await isState('current');
    expect(letters).toEqual([17, 18, 39].map((offset) => `unprojectable wfm.status.v1-0-${offset}`));
    expect(intervals()).toBe(37);
    const [position] = await store.positions(Topic.status);
    expect(position!.offset).toBe(40);
    expect(JSON.parse(position!.metadata)).toEqual({ stored: 37, repeats: 0, deadLettered: 3 });
  });

  it('does not blame records once more fail in a row than plausibly would', async () => {
    const codes = Array.from({ length: MAX_SET_ASIDE_IN_A_ROW + 1 }, (_, offset) => `c${offset}`);
    for (const [count, ends] of [
      [MAX_SET_ASIDE_IN_A_ROW, 40],
      [MAX_SET_ASIDE_IN_A_ROW + 1, MAX_SET_ASIDE_IN_A_ROW],
    ] as const) {
      store = new InMemoryProjectionStore();
      under.records = Array.from({ length: 40 }, (_, offset) => enterAt(offset));
      projector = projectorOf(choosy(codes.slice(0, count)));
      await projector.start();
      await eventually(async () => (await store.positions(Topic.status))[0]?.offset === ends);
      await projector.stop();
    }
  });

  it('is stuck, with the cause, once a batch has failed for a minute, and until it succeeds', async () => {
    under.records = three();
    let fails = true;
    projector = projectorOf(
      overriding(store, {
        write: async (changes) => {
          if (fails) throw new Error('the disk is full');
          await store.write(changes);
        },
      }),
    );
    const tried = async () => (await metrics.projectionRetries.get()).values[0]!.value;
    await projector.start();
    await eventually(async () => (await tried()) > 3);
    clock = STUCK_AFTER_MS - 1;
    const before = await tried();
    await eventually(async () => (await tried()) > before + 2);
    expect(projector.state.kind).not.toBe('stuck');
    clock = STUCK_AFTER_MS;
    await isState('stuck');
    expect(projector.state).toEqual({ kind: 'stuck', cause: 'the disk is full' });
    fails = false;
    await isState('current');
  });
});

function overriding(store: ProjectionStore, methods: Partial<ProjectionStore>): ProjectionStore {
  return {
    isEmpty: () => store.isEmpty(),
    heads: (ids) => store.heads(ids),
    events: (ids, from, to) => store.events(ids, from, to),
    hasNoContacts: () => store.hasNoContacts(),
    contactEvents: (ids) => store.contactEvents(ids),
    write: (changes) => store.write(changes),
    positions: (topic) => store.positions(topic),
    begunWrites: (topic) => store.begunWrites(topic),
    obstacle: () => store.obstacle(),
    ...methods,
  };
}
