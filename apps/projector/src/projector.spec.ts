import {
  encodeStatusRecord,
  fixedLayout,
  UnsettledPartitionsError,
  type EventLog,
  type GroupPosition,
  type NewRecord,
  type StoredRecord,
  type TopicLayout,
} from '#event-log';
import { createLogger, createMetrics, type Metrics } from '#telemetry';
import { InMemoryProjectionStore } from '../../../test/support/in-memory-projection-store.js';
import { eventually } from '../../../test/support/service-client.js';
import { topicProjections } from './create-projectors.js';
import { Projector } from './projector.js';

const SETTLED = fixedLayout(2);
const GROWING: TopicLayout = { ...SETTLED, growth: { generation: 1, partitions: 4, run: 'r' } };

/** A log whose partitions, layouts and batches are what the test says. */
class LogUnderTest {
  /** What is answered when the layout is asked for, one after another; the last from then on. */
  layouts: TopicLayout[] = [SETTLED];
  members = 0;
  joins = 0;
  asked = 0;
  assignment = 1;
  waiting: StoredRecord[] = [];
  /** What the partitions that are the projector's have committed. */
  positions: GroupPosition[] = [];
  readonly committed: GroupPosition[] = [];
  readonly appended: NewRecord[] = [];

  readonly log = {
    layout: async () => {
      this.asked++;
      return this.layouts.length > 1 ? this.layouts.shift()! : this.layouts[0]!;
    },
    // The last character says where a key belongs.
    partitionOf: (key: string, partitions: number) => Number(key.at(-1)) % partitions,
    append: async (_: string, records: readonly NewRecord[]) => void this.appended.push(...records),
    join: async () => this.join(),
  } as unknown as EventLog;

  private join() {
    this.joins++;
    this.members++;
    return {
      poll: async () => {
        await new Promise(setImmediate);
        return { records: this.waiting.splice(0), assignment: this.assignment };
      },
      positions: async () => this.positions,
      commit: async (positions: readonly GroupPosition[]) => void this.committed.push(...positions),
      lag: async () => [],
      close: async () => void this.members--,
    };
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

  beforeEach(() => {
    under = new LogUnderTest();
    store = new InMemoryProjectionStore();
    const [status] = topicProjections(store, { stateMaxAgeMs: 1 });
    metrics = createMetrics();
    const parts = { log: under.log, store, metrics, logger: createLogger('silent') };
    projector = new Projector({ ...parts, ...status! });
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
    await expect(projector.start()).rejects.toBeInstanceOf(UnsettledPartitionsError);
    expect(under.joins).toBe(0);
  });

  it('leaves its group again if partitions began to be added while it joined', async () => {
    under.layouts = [SETTLED, GROWING];
    await expect(projector.start()).rejects.toBeInstanceOf(UnsettledPartitionsError);
    expect([under.joins, under.members]).toEqual([1, 0]);
  });

  it('projects nothing after its partitions have moved while some are being added, and goes on then', async () => {
    await projector.start();
    under.layouts = [GROWING];
    under.asked = 0;
    under.assignment++;
    under.waiting = [record(0, 'k0')];
    await eventually(() => under.asked > 1);
    expect(under.committed).toEqual([]);
    under.layouts = [SETTLED];
    await eventually(() => under.committed.length === 1);
  });

  it('moves what lies where it does not belong, with its headers, and counts it where it belongs alone', async () => {
    const generations = [...SETTLED.generations, { partitions: 4, from: [0, 0] }];
    under.layouts = [{ generations, partitions: 4 }];
    await projector.start();
    const headers = { traceparent: '00-1-2-01' };
    const misplaced = record(0, 'k2', { headers });
    under.waiting = [misplaced, record(1, 'k1')];
    await eventually(() => under.committed.length === 2);
    const { key, value } = misplaced;
    expect(under.appended).toEqual([{ key, value, headers }]);
    expect(under.committed.map(({ note }) => note)).toEqual(
      [0, 1].map((stored) => JSON.stringify({ stored, repeats: 0, deadLettered: 0 })),
    );
  });

  it('counts what its partitions are, also where they move while nothing comes', async () => {
    const stored = async () => {
      await projector.refreshLagMetrics();
      const { values } = await metrics.eventsProjected.get();
      return values.find(({ labels }) => labels.outcome === 'stored')?.value;
    };
    const position = (partition: number, count: number) => {
      const note = JSON.stringify({ stored: count, repeats: 0, deadLettered: 0 });
      return { partition, offset: count, note };
    };
    under.positions = [position(0, 3), position(1, 4)];
    await projector.start();
    expect(await stored()).toBe(7);
    under.positions = [position(1, 4)];
    under.assignment++;
    await eventually(async () => (await stored()) === 4);
  });
});
