import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { timelineKey, type Interval, type StatusEvent } from '#domain';
import { encodeStatusRecord, Topic, UnstableLayoutError, type GrowableLog } from '#event-log';
import { createLogger, createMetrics } from '#telemetry';
import { KafkaEventLog } from '../../../../libs/event-log/src/kafka/kafka-event-log.js';
import { describeWithKafka } from '../../../../test/support/kafka/describe-with-kafka.js';
import {
  CrashedError,
  InMemoryProjectionStore,
} from '../../../../test/support/store/in-memory-projection-store.js';
import { KafkaCluster } from '../../../../test/support/kafka/kafka-cluster.js';
import { anyStatusEvent } from '../../../../test/support/data/status-event.arbitrary.js';
import {
  topicProjections,
  Projector,
  PROJECTOR_GROUP,
  ProjectorsAtWorkError,
  rebuildFromLog,
} from '#projection';
import { pairByBruteForce } from '../../../../libs/oracle/src/brute-force-pairing.js';
import { expandTopic } from './expand-topic.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const rules = { stateMaxAgeMs: 12 * 3_600_000 };
const DRAIN_MS = 60_000;
const WORKERS = 40;
const EVENTS = 1_500;
/** Of a write to the store: intervals and anomalies are there before it, events after it. */
const STEP_OF_HEADS = 5;

type Row = Pick<Interval, 'stateCode' | 'start' | 'end' | 'endedBy'>;

class KilledError extends Error {}

/** A log whose user dies before or after one of the steps. */
function killing(log: GrowableLog, step: keyof GrowableLog, when: 'before' | 'after'): GrowableLog {
  return new Proxy(log, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      const call = (member as (...args: unknown[]) => unknown).bind(target);
      if (name !== step) return call;
      return async (...args: unknown[]) => {
        if (when === 'after') await call(...args);
        throw new KilledError();
      };
    },
  });
}

describeWithKafka(`adding partitions to a topic (seed ${seed})`, () => {
  let cluster: KafkaCluster;
  let prefix: string;
  let log: KafkaEventLog;
  let store: InMemoryProjectionStore;
  let metrics: ReturnType<typeof createMetrics>;
  let events: readonly StatusEvent[];
  const opened: KafkaEventLog[] = [];

  beforeAll(async () => {
    cluster = await KafkaCluster.start();
  });

  afterAll(() => cluster.stop());

  beforeEach(() => {
    prefix = `${randomUUID()}.`;
    log = open();
    store = new InMemoryProjectionStore();
    metrics = createMetrics();
    events = fc.sample(anyStatusEvent(WORKERS), { seed, numRuns: EVENTS });
  });

  afterEach(async () => {
    for (const each of opened.splice(0)) await each.close();
  });

  const open = () => {
    const plan = { partitions: 2, replicationFactor: 1, retentionMs: 400 * 86_400_000 };
    opened.push(KafkaEventLog.create({ ...plan, brokers: cluster.brokers, prefix }));
    return opened.at(-1)!;
  };
  const append = (from: number, to: number, by: KafkaEventLog = log) =>
    by.append(
      Topic.status,
      events.slice(from, to).map((event) => encodeStatusRecord({ event, receivedAt: event.actionTime })),
    );
  const projector = (growthRun?: string, on: KafkaEventLog = log) => {
    const projection = topicProjections(store, rules).find(({ topic }) => topic === Topic.status)!;
    return new Projector({
      log: on,
      store,
      metrics,
      logger: createLogger('silent'),
      ...projection,
      growthRun,
    });
  };
  const projectAll = async (on: readonly KafkaEventLog[] = [log]) => {
    const projectors = on.map((each) => projector(undefined, each));
    for (const each of projectors) await each.start();
    expect(await projectors[0]!.drain(DRAIN_MS)).toBe(true);
    for (const each of projectors) await each.refreshLagMetrics();
    for (const each of projectors) await each.stop();
  };
  const grow = (partitions: number, on: GrowableLog = log) =>
    expandTopic(
      { log: on, projectorOf: (_, run) => projector(run), onProgress: () => undefined },
      Topic.status,
      partitions,
    );
  /** A projector dies with half of a batch written, and nothing committed. */
  const dieWriting = async () => {
    const layout = await log.layout(Topic.status);
    for (const { partition, offset } of await log.committed(PROJECTOR_GROUP, Topic.status)) {
      const records = await log.read(Topic.status, partition, offset, EVENTS);
      const { projection } = topicProjections(store, rules).find(({ topic }) => topic === Topic.status)!;
      const { changes } = await projection.project(records, layout);
      store.crashBeforeStep = STEP_OF_HEADS;
      await expect(store.write(changes)).rejects.toThrow(CrashedError);
    }
  };
  const moved = async () => (await metrics.recordsMoved.get()).values[0]?.value ?? 0;

  const expectFold = (of: InMemoryProjectionStore, upTo: number) => {
    const timelines = new Map<string, StatusEvent[]>();
    for (const event of events.slice(0, upTo)) {
      const key = timelineKey(event);
      timelines.set(key, [...(timelines.get(key) ?? []), event]);
    }
    const plain = (key: string, rows: readonly Row[]) =>
      rows.map(({ stateCode, start, end, endedBy }) => JSON.stringify([key, stateCode, start, end, endedBy]));
    const anomalies = (key: string, rows: ReturnType<InMemoryProjectionStore['anomalies']>) =>
      rows.map(({ kind, at, stateCode }) => JSON.stringify([key, kind, at, stateCode]));
    const [found, expected]: [string[], string[]] = [[], []];
    for (const [key, timeline] of timelines) {
      const fold = pairByBruteForce(timeline, rules);
      found.push(...plain(key, of.intervals(key)), ...anomalies(key, of.anomalies(key)));
      expected.push(...plain(key, fold.intervals), ...anomalies(key, fold.anomalies));
    }
    expect(found.sort()).toEqual(expected.sort());
  };

  /** What the committed accounts say: stored and repeated, of all that was sent. */
  const expectAccounts = async (sent: number) => {
    const positions = await open().committed(PROJECTOR_GROUP, Topic.status);
    const notes = positions
      .filter(({ metadata: note }) => note !== '')
      .map(({ metadata: note }) => JSON.parse(note) as object);
    const sum = (name: string) =>
      notes.reduce((total, note) => total + (note as Record<string, number>)[name]!, 0);
    expect(sum('stored') + sum('repeats')).toBe(sent);
    const keys = [...new Set(events.slice(0, sent).map(timelineKey))];
    expect(sum('stored')).toBe(keys.reduce((total, key) => total + store.eventsOf(key).length, 0));
  };

  const expectRebuilt = async (upTo: number) => {
    const rebuilt = new InMemoryProjectionStore();
    await rebuildFromLog(
      open(),
      rebuilt,
      () => topicProjections(rebuilt, rules),
      () => undefined,
      2,
    );
    expectFold(rebuilt, upTo);
  };

  it.each([
    ['announceGrowth', 'after'],
    ['beginGeneration', 'before'],
    ['beginGeneration', 'after'],
    ['addPartitions', 'after'],
  ] as const)('is completed by the next run if the first one dies: %s, %s', async (step, when) => {
    const unaware = open();
    await append(0, 400, unaware);
    await projectAll();
    await append(400, 600, unaware);
    await dieWriting();
    await expect(grow(5, killing(log, step, when))).rejects.toBeInstanceOf(KilledError);
    if (step !== 'addPartitions') await expect(projector().start()).rejects.toThrow(UnstableLayoutError);
    await append(600, 700, unaware);
    await grow(5);
    expect(await grow(5)).toBe(false);
    await append(700, 1_100, unaware);
    await append(1_100, EVENTS);
    await projectAll([open(), open()]);
    expect(await moved()).toBeGreaterThan(0);
    expectFold(store, EVENTS);
    await expectAccounts(EVENTS);
    await expectRebuilt(EVENTS);
  });

  it('can be done again and again, and neither answers nor a rebuild show it', async () => {
    let sent = 0;
    for (const partitions of [3, 5, 7]) {
      const unaware = open();
      await append(sent, sent + 100, unaware);
      await projectAll([open()]);
      await append(sent + 100, sent + 200, unaware);
      await grow(partitions, open());
      await append(sent + 200, sent + 400, unaware);
      sent += 400;
    }
    await projectAll([open()]);
    expectFold(store, sent);
    await expectAccounts(sent);
    await expectRebuilt(sent);
    expect((await open().layout(Topic.status)).generations.map((each) => each.partitions)).toEqual([
      2, 3, 5, 7,
    ]);
  });

  it('is refused while a projector is at work, and leaves nothing behind', async () => {
    await append(0, 100);
    const working = projector();
    await working.start();
    await expect(grow(5, open())).rejects.toBeInstanceOf(ProjectorsAtWorkError);
    expect((await open().layout(Topic.status)).growth).toBeUndefined();
    await working.stop();
  });

  it('takes in a multiple of partitions that something else has added, of which nobody has projected anything', async () => {
    await append(0, 400);
    await projectAll();
    await log.addPartitions(Topic.status, 4);
    const aware = open();
    await append(400, 800, aware);
    await expect(projector(undefined, aware).start()).rejects.toThrow('--partitions 4');
    await grow(4, open());
    await projectAll([open()]);
    expectFold(store, 800);
    await expectAccounts(800);
    await expectRebuilt(800);
  });
});
