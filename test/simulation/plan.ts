import { CONTACT_ACTIONS, requiresWorker, type ContactEvent, type StatusEvent } from '#domain';
import { Topic, type TopicName } from '#event-log';
import type { SeededRandom } from '#oracle';
import { EPOCH_MS } from './simulated-clock.js';
import type { LogFaults } from './simulated-event-log.js';
import type { LogKind } from './simulated-log.js';
import { REFUSED_STATE } from './simulated-projection-store.js';

/** What a copy is taken of, or what is lost or restored. */
export type Half = 'store' | 'log';

/** Something done to the service from outside. Machines are numbered, receivers before projectors. */
export type Act =
  | { readonly kind: 'status'; readonly machine: number; readonly event: StatusEvent }
  | { readonly kind: 'contact'; readonly machine: number; readonly event: ContactEvent }
  | {
      readonly kind: 'directory';
      readonly machine: number;
      readonly systemId: string;
      readonly agents: number;
    }
  | { readonly kind: 'letter'; readonly machine: number; readonly systemId: string }
  | { readonly kind: 'unreadable'; readonly topic: TopicName; readonly key: string }
  /** The machine's process ends after this many more tasks of the simulation; with `power`, unflushed data is lost, too. */
  | {
      readonly kind: 'crash';
      readonly machine: number;
      readonly afterTasks: number;
      readonly downMs: number;
      readonly power: boolean;
    }
  | { readonly kind: 'clock'; readonly machine: number; readonly ms: number }
  | { readonly kind: 'outage'; readonly half: Half; readonly ms: number }
  | { readonly kind: 'full'; readonly machine: number; readonly room: number; readonly ms: number }
  | { readonly kind: 'rebalance' }
  | { readonly kind: 'loseCommits'; readonly setBackBy: number }
  | { readonly kind: 'copy'; readonly half: Half }
  /** Everything is stopped, and that half is reset to the copy; -1: as if it had never existed. */
  | { readonly kind: 'restore'; readonly half: Half; readonly copy: number }
  | { readonly kind: 'losePositions' }
  /** Everything is started with another `STATE_MAX_AGE_SECONDS`. */
  | { readonly kind: 'rules'; readonly stateMaxAgeMs: number }
  | { readonly kind: 'recreate'; readonly topic: TopicName }
  /** A run of the retention, by the clock of that machine. */
  | { readonly kind: 'retention'; readonly machine: number };

export type Step = Act & {
  /** On the monotonic clock, in milliseconds. */
  readonly at: number;
};

/** A run as its seed determines it. Steps can be left out one by one. */
export interface Plan {
  readonly seed: number;
  readonly log: LogKind;
  readonly partitions: number;
  readonly receivers: number;
  readonly projectors: number;
  readonly maxBatchRecords: number;
  /** The median duration of a request. */
  readonly latencyMs: number;
  /** The fraction of requests that take thousands of times as long. */
  readonly stragglers: number;
  readonly logFaults: LogFaults;
  readonly failingWrites: number;
  readonly retentionMs: number;
  readonly spanMs: number;
  readonly steps: readonly Step[];
}

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
export const DAY_MS = 24 * HOUR;
const JUMPS_MS = [SECOND, HOUR, DAY_MS, 500 * DAY_MS].flatMap((ms) => [ms, -ms]);

type Shape = Omit<Plan, 'steps'>;
type Fault = (random: SeededRandom, shape: Shape) => Act;

const machines = ({ receivers, projectors, log }: Shape) => (log === 'single' ? 1 : receivers + projectors);
const anyMachine = (random: SeededRandom, shape: Shape) => random.integer(0, machines(shape) - 1);
const anyDuration = (random: SeededRandom) =>
  Math.round(random.exponential(random.pick([SECOND, 60 * SECOND, HOUR])));
const anyHalf = (random: SeededRandom): Half => random.pick(['store', 'log']);

const FAULTS = {
  crash: (random, shape) => ({
    kind: 'crash',
    machine: anyMachine(random, shape),
    afterTasks: random.integer(0, 40),
    downMs: anyDuration(random),
    power: random.chance(0.5),
  }),
  clock: (random, shape) => ({
    kind: 'clock',
    machine: anyMachine(random, shape),
    ms: random.pick(JUMPS_MS),
  }),
  outage: (random) => ({ kind: 'outage', half: anyHalf(random), ms: anyDuration(random) }),
  full: (random, shape) => ({
    kind: 'full',
    machine: anyMachine(random, shape),
    room: random.integer(0, 3),
    ms: anyDuration(random),
  }),
  rebalance: () => ({ kind: 'rebalance' }),
  loseCommits: (random) => ({ kind: 'loseCommits', setBackBy: random.pick([1, 3, 1_000_000]) }),
  restore: (random) => ({ kind: 'restore', half: anyHalf(random), copy: random.integer(-1, 2) }),
  losePositions: () => ({ kind: 'losePositions' }),
  rules: (random) => ({ kind: 'rules', stateMaxAgeMs: random.pick([1, 12, 24]) * HOUR }),
  recreate: (random) => ({ kind: 'recreate', topic: random.pick([Topic.status, Topic.contact]) }),
} as const satisfies Record<string, Fault>;

type FaultName = keyof typeof FAULTS;

/** Leaves out faults that mean nothing in this shape, or the same as others. */
function possibleFaults({ log }: Shape): FaultName[] {
  const names = Object.keys(FAULTS) as FaultName[];
  return names.filter((name) => log === 'cluster' || (name !== 'rebalance' && name !== 'recreate'));
}

/** The plan of a seed. Runs differ in which faults they have at all: leaving out the others finds rare combinations. */
export function planOf(seed: number, random: SeededRandom): Plan {
  const shape = shapeOf(seed, random.fork('shape'));
  const drawn = random.fork('faults');
  const faults = possibleFaults(shape).filter(() => drawn.chance(0.35));
  // Without positions, rows of another log or other rules look like ours. That takes two disasters, and is not our fault.
  const named = faults.includes('losePositions') ? faults.filter((name) => !isReplacing(name)) : faults;
  const retention = drawn.chance(0.5) ? dailyRetention(shape) : [];
  const events = eventsOf(shape, random.fork('events'));
  const times = events.map(({ at }) => at);
  const steps = [
    ...events,
    ...retention,
    ...named.flatMap((name) => faultsOf(name, shape, times, random.fork(name))),
    ...(named.includes('restore') ? copiesOf(shape, random.fork('copies')) : []),
  ];
  return { ...shape, steps: steps.sort((a, b) => a.at - b.at) };
}

function isReplacing(name: FaultName): boolean {
  return name === 'restore' || name === 'recreate' || name === 'rules';
}

function shapeOf(seed: number, random: SeededRandom): Shape {
  const log = random.pick(['single', 'cluster'] as const);
  const isCluster = log === 'cluster';
  const some = (fraction: number) => (random.chance(0.3) ? fraction * random.next() : 0);
  return {
    seed,
    log,
    partitions: random.integer(1, 3),
    receivers: isCluster ? random.integer(1, 2) : 1,
    projectors: isCluster ? random.integer(1, 2) : 1,
    maxBatchRecords: random.pick([1, 2, 5, 20, 1_000]),
    latencyMs: random.pick([1, 10, 100]),
    stragglers: random.pick([0, 0.001, 0.02]),
    logFaults: isCluster
      ? { lostReplies: some(0.3), duplicates: some(0.5), lostCommits: some(0.5) }
      : { lostReplies: 0, duplicates: 0, lostCommits: 0 },
    failingWrites: some(0.2),
    retentionMs: random.integer(10, 20) * DAY_MS,
    spanMs: Math.round(random.pick([HOUR, DAY_MS, 10 * DAY_MS, 30 * DAY_MS]) * (0.5 + random.next())),
  };
}

/** A fault shows nothing while nothing is under way, so most come soon after an event. */
function faultsOf(name: FaultName, shape: Shape, times: readonly number[], random: SeededRandom): Step[] {
  return Array.from({ length: random.integer(1, 4) }, () => ({
    ...FAULTS[name](random, shape),
    at: random.chance(0.3)
      ? random.integer(0, shape.spanMs)
      : random.pick(times) + random.pick([0, 10, 1_000]) * random.integer(0, 10),
  }));
}

/** Only for an embedded log: Kafka has a retention of its own. */
function dailyRetention({ log, spanMs }: Shape): Step[] {
  if (log !== 'single') return [];
  const days = Math.floor(spanMs / DAY_MS);
  return Array.from({ length: days }, (_, day) => ({
    kind: 'retention',
    machine: 0,
    at: (day + 1) * DAY_MS,
  }));
}

function copiesOf(shape: Shape, random: SeededRandom): Step[] {
  return Array.from({ length: random.integer(1, 4) }, () => ({
    kind: 'copy',
    half: anyHalf(random),
    at: random.integer(0, shape.spanMs),
  }));
}

/** Events come in bursts, so that much is under way at once; some come late, twice or out of order. */
function eventsOf(shape: Shape, random: SeededRandom): Step[] {
  const steps: Step[] = [];
  const total = random.integer(3, 60);
  while (steps.length < total) {
    let at = random.integer(0, shape.spanMs);
    for (let left = random.integer(1, 12); left > 0; left--) {
      at += Math.round(random.exponential(random.pick([0, 5, 500])));
      const repeated = steps.length > 0 && random.chance(0.15) ? random.pick(steps) : undefined;
      steps.push({ ...(repeated ?? anyMessage(shape, random, at)), at });
    }
  }
  return steps;
}

const SYSTEMS = ['s', 't'];

function anyMessage(shape: Shape, random: SeededRandom, at: number): Act {
  const machine = random.integer(0, shape.receivers - 1);
  const systemId = random.pickWeighted([
    [SYSTEMS[0]!, 3],
    [SYSTEMS[1]!, 1],
  ]);
  const kind = random.pickWeighted([
    ['status', 60],
    ['contact', 40],
    ['directory', 4],
    ['letter', 6],
    ['unreadable', 2],
  ] as const);
  switch (kind) {
    case 'status':
      return { kind, machine, event: anyStatus(systemId, random, at) };
    case 'contact':
      return { kind, machine, event: anyStep(systemId, random, at) };
    case 'directory':
      return { kind, machine, systemId, agents: random.integer(0, 3) };
    case 'letter':
      return { kind, machine, systemId };
    case 'unreadable':
      return { kind, topic: random.pick(Object.values(Topic)), key: `${random.integer(0, 9)}` };
  }
}

function anyTime(random: SeededRandom, at: number): number {
  const lateMs = random.chance(0.2) ? random.integer(0, 3 * DAY_MS) : random.integer(0, 10 * SECOND);
  return Math.floor((EPOCH_MS + at - lateMs) / SECOND) * SECOND;
}

function anyStatus(systemId: string, random: SeededRandom, at: number): StatusEvent {
  const stateCode = random.chance(0.01) ? REFUSED_STATE : random.pick(['a', 'b', 'c']);
  return {
    systemId,
    workerId: random.pick(['1', '2', '3']),
    groupId: random.pick(['', '', 'g']),
    stateCode,
    stateName: `${stateCode}${random.integer(1, 2)}`,
    actionTime: anyTime(random, at),
    action: random.pick(['enter', 'exit']),
  };
}

function anyStep(systemId: string, random: SeededRandom, at: number): ContactEvent {
  const action = random.pick([...CONTACT_ACTIONS, 'queued', 'answered'] as const);
  return {
    systemId,
    contactId: random.pick(['1', '2', '3', '4']),
    groupId: random.pick(['g', 'h']),
    actionTime: anyTime(random, at),
    action,
    workerId: requiresWorker(action) ? random.pick(['1', '2']) : '',
    customerId: random.pick(['', 'x', 'y']),
    channelType: random.pick(['', 'CHATS']),
  };
}
