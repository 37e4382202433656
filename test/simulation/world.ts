import {
  producerIdAt,
  Topic,
  type EventAppender,
  type EventLog,
  type TopicName,
  newLogIdentity,
} from '#event-log';
import type { PairingRules } from '#domain';
import type { ProjectionState } from '#store';
import { createLogger, createMetrics } from '#telemetry';
import { rulesText, topicProjections, Projector } from '#projection';
import { Ingestion, malformed } from '#ingestion';
import { ProducerSequence } from '../../libs/ingestion/src/writing/producer-sequence.js';
import type { SeededRandom } from '#oracle';
import { FORWARDER } from '../../libs/event-log/src/spool/spool-log.js';
import { SpoolingAppender } from '../../libs/event-log/src/spool/spooling-appender.js';
import type { InMemoryProjectionStore } from '../support/store/in-memory-projection-store.js';
import { entryOf } from './entry-of.js';
import { GroundTruth, type StoreTruth } from './ground-truth.js';
import { Journal } from './journal.js';
import type { Half, Plan, Step } from './plan.js';
import type { Sabotage } from './sabotage.js';
import { Scheduler } from './scheduler.js';
import { EPOCH_MS, SimulatedClock } from './simulated-clock.js';
import { SimulatedDisk, type DiskCopy } from './simulated-disk.js';
import { SimulatedEventLog } from './simulated-event-log.js';
import { SimulatedLog, type LogKind } from './simulated-log.js';
import { SimulatedRetention } from './simulated-retention.js';
import { SimulatedProcess } from './simulated-process.js';
import { SimulatedProjectionStore, SimulatedStore } from './simulated-projection-store.js';

const FIRST_RULES: PairingRules = { stateMaxAgeMs: 12 * 3_600_000 };

/** Runs do not depend on these. */
const METRICS = createMetrics();
const LOGGER = createLogger('silent');

/** Much longer than anyone waits for an answer. */
const SLOWEST_MS = 60_000;

/** How long a group takes to notice that a member has crashed. */
const SESSION_MS = 6_000;

/** A place where processes run, one after another, with a clock and a disk that stay. */
interface Machine {
  readonly name: string;
  readonly clock: SimulatedClock;
  readonly disk: SimulatedDisk;
  readonly spool: SimulatedLog | undefined;
  readonly receives: boolean;
  readonly projects: boolean;
  process: SimulatedProcess | undefined;
  ingestion: Ingestion | undefined;
  spooling: SpoolingAppender | undefined;
  projectors: readonly Projector[];
}

interface StoreCopy {
  readonly tables: InMemoryProjectionStore;
  readonly truth: StoreTruth;
}

/** The service, everything that it runs on, and everything that may happen to it. */
export class World {
  readonly scheduler: Scheduler;
  readonly journal = new Journal();
  readonly log: SimulatedLog;
  readonly store = new SimulatedStore();
  readonly machines: readonly Machine[];
  /** The pairing rules of projectors that start now. */
  rules = FIRST_RULES;
  /** What the store has and what it need not have; only the verdict uses it. */
  readonly truth: GroundTruth;
  private readonly copies: { log: DiskCopy[]; store: StoreCopy[] } = { log: [], store: [] };
  private readonly random: SeededRandom;
  private readonly clock: SimulatedClock;
  private faultsAreOver = false;
  private readonly retention: SimulatedRetention;
  private receiverIds = 0;
  private identities = 0;

  constructor(
    private readonly plan: Plan,
    random: SeededRandom,
    private readonly sabotage?: Sabotage,
  ) {
    this.scheduler = new Scheduler(random.fork('schedule'));
    this.random = random.fork('fates');
    this.clock = new SimulatedClock(this.scheduler);
    this.machines = this.newMachines();
    const { log: kind, partitions } = plan;
    const disk = kind === 'single' ? this.machines[0]!.disk : new SimulatedDisk();
    this.log = this.newLog(kind, partitions, disk);
    this.truth = new GroundTruth(this.log, this.store);
    this.retention = new SimulatedRetention({
      log: this.log,
      store: this.store,
      truth: this.truth,
      retentionMs: plan.retentionMs,
      trustsClock: sabotage?.retentionTrustsClock === true,
    });
    this.store.onKept = (kind, rows) => this.truth.rowsWritten(kind, rows);
  }

  startAll(): void {
    for (const machine of this.machines) this.start(machine);
  }

  /** The projectors of all running processes. */
  get projectors(): readonly Projector[] {
    return this.machines.flatMap(({ projectors }) => projectors);
  }

  /** Records that wait in spools. */
  spooled(): number {
    let records = 0;
    for (const { spool } of this.machines) {
      for (const topic of spool === undefined ? [] : Object.values(Topic)) {
        const { offset } = spool!.committed(FORWARDER, topic, 0);
        records += Math.max(0, spool!.end(topic, 0) - offset);
      }
    }
    return records;
  }

  /** From now on nothing goes wrong, and everything that was taken away is back. Clocks stay as they are. */
  heal(): void {
    this.faultsAreOver = true;
    this.store.outage = this.log.outage = undefined;
    this.log.disk.room = Infinity;
    for (const machine of this.machines) {
      machine.disk.room = Infinity;
      if (machine.process === undefined) this.start(machine);
    }
  }

  endAll(): void {
    this.stopAll();
  }

  /** Makes the store from the log, as `npm run rebuild` does. */
  rebuild(): void {
    this.whileStopped(() => this.restoreStore(-1));
  }

  /** Whether a step has to wait: the verdict could not know which removed records a write under way includes. */
  hasToWait(step: Step): boolean {
    return step.kind === 'retention' && this.truth.isWriting;
  }

  do(step: Step): void {
    this.scheduler.trace(`${step.kind} ${step.at}`);
    switch (step.kind) {
      case 'status':
      case 'contact':
      case 'directory':
      case 'letter':
        return this.send(step);
      case 'unreadable':
        return this.appendUnreadable(step.topic, step.key);
      case 'crash':
        return this.crashAfter(step);
      case 'clock':
        return this.machines[step.machine]!.clock.jump(step.ms);
      case 'outage':
        return this.takeAway(step.half, step.ms);
      case 'full':
        return this.fill(this.machines[step.machine]!.disk, step.room, step.ms);
      case 'rebalance':
        return this.log.rebalance();
      case 'loseCommits':
        return this.log.loseCommits(step.setBackBy);
      case 'copy':
        return this.copy(step.half);
      case 'restore':
        return this.restore(step.half, step.copy);
      case 'rules':
        return this.whileStopped(() => (this.rules = { stateMaxAgeMs: step.stateMaxAgeMs }));
      case 'losePositions':
        return this.whileStopped(() => this.store.tables.losePositions());
      case 'recreate':
        return this.recreate(step.topic);
      case 'retention':
        return this.retention.run(this.machines[step.machine]!.clock.now(), this.projectors.length > 0);
    }
  }

  private newMachines(): Machine[] {
    const { log, receivers, projectors } = this.plan;
    if (log === 'single') return [this.newMachine('single', true, true)];
    return [
      ...Array.from({ length: receivers }, (_, n) => this.newMachine(`receiver${n}`, true, false)),
      ...Array.from({ length: projectors }, (_, n) => this.newMachine(`projector${n}`, false, true)),
    ];
  }

  private newMachine(name: string, receives: boolean, projects: boolean): Machine {
    const disk = new SimulatedDisk(this.sabotage?.disksLie);
    const hasSpool = receives && !projects;
    return {
      name,
      clock: new SimulatedClock(this.scheduler),
      disk,
      spool: hasSpool ? this.newLog('single', 1, disk) : undefined,
      receives,
      projects,
      process: undefined,
      ingestion: undefined,
      spooling: undefined,
      projectors: [],
    };
  }

  private newLog(kind: LogKind, partitions: number, disk: SimulatedDisk): SimulatedLog {
    const { scheduler } = this;
    return new SimulatedLog({
      kind,
      partitions,
      disk,
      newIdentity: () => this.newIdentity(),
      monotonic: () => scheduler.monotonic,
    });
  }

  private newIdentity(): string {
    return `${newLogIdentity(this.clock.now()).split('/')[0]}/${this.identities++}`;
  }

  private start(machine: Machine): void {
    const latency = { draw: () => this.latency() };
    const process = new SimulatedProcess(machine.name, this.scheduler, machine.clock, latency);
    machine.process = process;
    const log = new SimulatedEventLog(this.log, process, this.chance, this.plan.logFaults);
    if (machine.receives) this.startReceiver(machine, process, log);
    if (machine.projects) this.startProjectors(machine, process, log);
  }

  private startReceiver(machine: Machine, process: SimulatedProcess, log: EventLog): void {
    const { spool, clock } = machine;
    let written: EventAppender = log;
    if (spool !== undefined) {
      spool.forgetMembers();
      written = machine.spooling = new SpoolingAppender(log, new SimulatedEventLog(spool, process), {
        startTimer: process.timer,
      });
    }
    const recorded = this.journal.recording(written, this.machines.indexOf(machine));
    const newId = () => producerIdAt(EPOCH_MS, this.receiverIds++);
    machine.ingestion = new Ingestion(recorded, METRICS, clock.now, new ProducerSequence(newId));
  }

  private startProjectors(machine: Machine, process: SimulatedProcess, log: EventLog): void {
    const around = { process, simulatedLog: this.log, rules: rulesText(this.rules) };
    const direct = new SimulatedProjectionStore(this.store, process, this.chance, this.plan.failingWrites);
    const store = this.sabotage?.storeOfProjector?.(direct, around) ?? direct;
    const { sabotage } = this;
    machine.projectors = topicProjections(store, this.rules).map(
      (projection) =>
        new Projector({
          ...projection,
          log,
          store,
          maxBatchRecords: this.plan.maxBatchRecords,
          metrics: METRICS,
          logger: LOGGER,
          clock: sabotage?.stopwatch?.(machine.clock) ?? (() => process.monotonic),
          now: machine.clock.now,
          pause: (ms, signal) => process.sleep(ms, signal).catch(() => undefined),
          onState: (state) => this.traceState(machine, projection.topic, state),
        }),
    );
    for (const projector of machine.projectors) {
      projector.start().catch(() => this.startAgain(machine, process));
    }
  }

  /** A process that cannot start ends, and is started again as a supervisor would. */
  private startAgain(machine: Machine, process: SimulatedProcess): void {
    if (machine.process !== process) return;
    this.crash(machine, { power: false, downMs: 1_000 });
  }

  private traceState(machine: Machine, topic: TopicName, state: ProjectionState): void {
    this.scheduler.trace(`${machine.name} ${topic} ${state.kind}`);
  }

  private latency(): number {
    const { latencyMs, stragglers } = this.plan;
    const ms = this.scheduler.random.next() * 2 * latencyMs;
    if (this.faultsAreOver || !this.scheduler.random.chance(stragglers)) return ms;
    return Math.min(ms * 5_000, SLOWEST_MS);
  }

  private readonly chance = (fraction: number): boolean =>
    fraction > 0 && !this.faultsAreOver && this.random.chance(fraction);

  private send(step: Step & { readonly kind: 'status' | 'contact' | 'directory' | 'letter' }): void {
    const { ingestion, clock } = this.machines[step.machine]!;
    if (ingestion === undefined) return;
    const receivedAt = clock.now();
    const ignored = () => undefined;
    if (step.kind === 'letter') {
      const { systemId } = step;
      const body = Buffer.from('not an event');
      const message = { type: 'status', rejection: malformed('no'), body, bodyBytes: body.length } as const;
      return void ingestion.writeDeadLetter({ ...message, systemId, remoteAddress: '' }).catch(ignored);
    }
    void ingestion.accept(entryOf(step, receivedAt)).catch(ignored);
  }

  /** A program other than our receivers writes to the log. */
  private appendUnreadable(topic: TopicName, key: string): void {
    if (this.log.outage !== undefined || this.log.disk.room < 1) return;
    const { clock } = this.machines[0]!;
    this.log.write(
      topic,
      [{ key, value: `{"of a version that is not known": ${this.scheduler.executed}}` }],
      clock.now(),
    );
    this.log.flush(topic);
  }

  private crashAfter(step: Step & { readonly kind: 'crash' }): void {
    const machine = this.machines[step.machine]!;
    const { process } = machine;
    if (process === undefined) return;
    const crashAt = this.scheduler.executed + step.afterTasks;
    const look = () => {
      if (machine.process !== process) return;
      if (this.scheduler.executed >= crashAt) this.crash(machine, step);
      else this.scheduler.add(0, 'crash comes nearer', look);
    };
    this.scheduler.add(0, 'crash is near', look);
  }

  private crash(machine: Machine, { power, downMs }: { power: boolean; downMs: number }): void {
    this.end(machine);
    if (power) machine.disk.powerCut(this.random);
    this.scheduler.add(SESSION_MS, 'sessions end', () => this.log.expireMembers());
    this.scheduler.add(downMs, `${machine.name} starts`, () => {
      if (machine.process === undefined) this.start(machine);
    });
  }

  private end(machine: Machine): void {
    machine.process?.crash();
    machine.process = undefined;
    machine.ingestion = undefined;
    machine.spooling = undefined;
    machine.projectors = [];
    if (this.log.kind === 'single') this.log.forgetMembers();
  }

  /** Stops everything; requests under way never take effect. */
  private stopAll(): void {
    for (const machine of this.machines) this.end(machine);
    this.scheduler.drop((label) => label.startsWith('late '));
    this.log.forgetMembers();
  }

  private whileStopped(change: () => unknown): void {
    this.stopAll();
    change();
    this.startAll();
  }

  /** Happens while projectors are at work, which may still have a batch of the old topic. */
  private recreate(topic: TopicName): void {
    this.losing(() => this.log.recreate(topic));
  }

  private takeAway(half: Half, ms: number): void {
    const part = half === 'log' ? this.log : this.store;
    part.outage = 'it is away';
    this.scheduler.add(ms, `${half} is back`, () => (part.outage = undefined));
  }

  private fill(disk: SimulatedDisk, room: number, ms: number): void {
    disk.room = room;
    this.scheduler.add(ms, 'room is made', () => (disk.room = Infinity));
  }

  private copy(half: Half): void {
    if (half === 'log') this.copies.log.push(this.log.disk.copy());
    else this.copies.store.push({ tables: this.store.tables.copy(), truth: this.truth.copy() });
  }

  private restore(half: Half, number: number): void {
    this.whileStopped(() => {
      if (half === 'store') this.restoreStore(number);
      else this.losing(() => this.restoreLog(number));
    });
  }

  private restoreStore(number: number): void {
    const copy = number < 0 ? undefined : this.copies.store[number % this.copies.store.length];
    if (copy === undefined) this.store.wipe();
    else this.store.tables = copy.tables.copy();
    this.truth.restore(copy?.truth);
  }

  private restoreLog(number: number): void {
    const copy = number < 0 ? undefined : this.copies.log[number % this.copies.log.length];
    if (copy === undefined) this.log.disk.wipe();
    else this.log.disk.restore(copy);
    this.log.open();
  }

  /** Records that disappear with a replaced log were acknowledged, but no promise covers that. */
  private losing(replace: () => void): void {
    const before = this.valuesInLog();
    replace();
    const after = this.valuesInLog();
    for (const value of before) if (!after.has(value)) this.journal.lostWithLog.add(value);
    for (const value of after) this.journal.lostWithLog.delete(value);
  }

  valuesInLog(): Set<string> {
    const values = new Set<string>();
    for (const topic of Object.values(Topic)) {
      for (let partition = 0; partition < this.log.partitions; partition++) {
        for (const { value } of this.log.history(topic, partition)) values.add(value);
      }
    }
    return values;
  }
}
