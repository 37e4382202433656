import { partitionByFnv1a } from '../../libs/event-log/src/partitions/key-partition.js';
import {
  AssignmentChangedError,
  LogUnavailableError,
  type EventLog,
  type GroupConsumer,
  type GroupPosition,
  type NewRecord,
  type PartitionOffsets,
  type PartitionLag,
  type PolledBatch,
  type StoredRecord,
  type TopicLayout,
  type TopicName,
} from '#event-log';
import type { SpoolLog } from '../../libs/event-log/src/spool/spool-log.js';
import type { Member, SimulatedLog } from './simulated-log.js';
import type { Performer, SimulatedProcess } from './simulated-process.js';

/** What goes wrong between a process and its log, as fractions of one. */
export interface LogFaults {
  /** Appends that succeed and are reported as failed. */
  readonly lostReplies: number;
  /** Polls that return a record again. */
  readonly duplicates: number;
  /** Commits that are confirmed and lost. */
  readonly lostCommits: number;
}

export const NO_LOG_FAULTS: LogFaults = { lostReplies: 0, duplicates: 0, lostCommits: 0 };

/** A process's client of a simulated log. */
export class SimulatedEventLog implements EventLog, SpoolLog {
  readonly partitionOf = partitionByFnv1a;
  private readonly appending = new Set<Promise<void>>();
  private closed = false;

  /** @param chance draws whether a fault happens. */
  constructor(
    private readonly log: SimulatedLog,
    private readonly process: SimulatedProcess,
    private readonly chance: (fraction: number) => boolean = () => false,
    private readonly faults: LogFaults = NO_LOG_FAULTS,
  ) {}

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    if (this.closed) return Promise.reject(new LogUnavailableError('the event log is closed'));
    const append = this.appended(topic, records);
    this.appending.add(append);
    const done = () => void this.appending.delete(append);
    append.then(done, done);
    return append;
  }

  read(
    topic: TopicName,
    partition: number,
    fromOffset: number,
    maxRecords: number,
  ): Promise<readonly StoredRecord[]> {
    return this.ask(`read ${topic}`, () => this.log.read(topic, partition, fromOffset, maxRecords));
  }

  offsets(topic: TopicName): Promise<readonly PartitionOffsets[]> {
    return this.ask('extents', () => this.log.extents(topic));
  }

  identity(topic: TopicName): Promise<string> {
    return this.ask('identity', () => this.log.identity(topic));
  }

  layout(_topic: TopicName): Promise<TopicLayout> {
    return this.ask('layout', () => this.log.layout());
  }

  join(group: string, topic: TopicName): Promise<GroupConsumer> {
    return this.ask('join', () => {
      const parts = { log: this.log, process: this.process, chance: this.chance, faults: this.faults };
      return new SimulatedConsumer(parts, group, topic);
    });
  }

  members(group: string, topic: TopicName): Promise<number> {
    return this.ask('members', () => this.log.members(group, topic));
  }

  async ping(): Promise<void> {
    if (this.closed) throw new LogUnavailableError('the event log is closed');
    await this.ask('ping', () => undefined);
  }

  async close(): Promise<void> {
    this.closed = true;
    await Promise.allSettled([...this.appending]);
  }

  removeBefore(topic: TopicName, partition: number, offset: number): Promise<void> {
    return this.ask('remove', () => this.log.removeBefore(topic, partition, offset));
  }

  private async appended(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    const { log, process } = this;
    const lane = `append ${topic}`;
    const write = () => {
      log.check();
      log.write(topic, records, process.clock.now());
    };
    if (log.kind === 'single') {
      await process.request(`write ${topic}`, this.by, write, lane);
      await process.request('flush', this.by, () => log.flush(topic), lane);
      return;
    }
    await process.request(
      lane,
      this.by,
      () => {
        write();
        log.flush(topic);
        if (this.chance(this.faults.lostReplies)) throw new LogUnavailableError('the answer was lost');
      },
      lane,
    );
  }

  private get by(): Performer {
    return this.log.kind === 'single' ? 'local' : 'remote';
  }

  private ask<T>(label: string, effect: () => T): Promise<T> {
    return this.process.request(label, this.by, () => {
      this.log.check();
      return effect();
    });
  }
}

interface ConsumerParts {
  readonly log: SimulatedLog;
  readonly process: SimulatedProcess;
  readonly chance: (fraction: number) => boolean;
  readonly faults: LogFaults;
}

class SimulatedConsumer implements GroupConsumer, Member {
  private next = new Map<number, number>();
  private assignment = -1;
  private readonly polled = new Map<number, StoredRecord>();
  private wake: () => void = () => undefined;

  constructor(
    private readonly parts: ConsumerParts,
    private readonly group: string,
    private readonly topic: TopicName,
  ) {
    parts.log.join(group, topic, this);
    this.follow();
  }

  get isAlive(): boolean {
    return this.parts.process.isAlive;
  }

  onMoved(): void {
    this.wake();
  }

  async poll({
    maxRecords,
    waitMs,
    signal,
  }: {
    maxRecords: number;
    waitMs: number;
    signal?: AbortSignal;
  }): Promise<PolledBatch> {
    const { process } = this.parts;
    const deadline = process.monotonic + waitMs;
    for (;;) {
      const batch = await this.ask('poll', () => this.take(maxRecords));
      const leftMs = deadline - process.monotonic;
      if (batch.records.length > 0 || leftMs <= 0 || signal?.aborted) return batch;
      await this.untilAppended(leftMs, signal);
    }
  }

  positions(): Promise<readonly GroupPosition[]> {
    const { log } = this.parts;
    return this.ask('positions', () =>
      this.owned().map((partition) => log.committed(this.group, this.topic, partition)),
    );
  }

  commit(positions: readonly GroupPosition[]): Promise<void> {
    const { log, chance, faults } = this.parts;
    return this.ask('commit', () => {
      if (log.kind === 'cluster' && log.generation(this.group, this.topic) !== this.assignment) {
        throw new AssignmentChangedError();
      }
      if (!chance(faults.lostCommits)) log.commit(this.group, this.topic, positions);
    });
  }

  async seek(positions: readonly { partition: number; offset: number }[]): Promise<void> {
    this.polled.clear();
    for (const { partition, offset } of positions) this.next.set(partition, offset);
  }

  lag(): Promise<readonly PartitionLag[]> {
    const { log, process } = this.parts;
    return this.ask('lag', () =>
      log.extents(this.topic).map(({ partition, begin, end }) => {
        const committed = Math.max(begin, log.committed(this.group, this.topic, partition).offset);
        const oldest = log.history(this.topic, partition)[committed];
        const seconds =
          oldest === undefined ? 0 : Math.max(0, process.clock.now() - oldest.appendedAt) / 1000;
        return { partition, records: Math.max(0, end - committed), seconds };
      }),
    );
  }

  async close(): Promise<void> {
    await this.ask('leave', () => this.parts.log.leave(this.group, this.topic, this)).catch(() => undefined);
  }

  /** Starts at the group's commit if partitions have moved. */
  private follow(): void {
    const { log } = this.parts;
    const generation = log.kind === 'single' ? 0 : log.generation(this.group, this.topic);
    if (generation === this.assignment) return;
    this.assignment = generation;
    this.polled.clear();
    this.next = new Map(
      this.owned().map((partition) => [partition, log.committed(this.group, this.topic, partition).offset]),
    );
  }

  private take(maxRecords: number): PolledBatch {
    this.follow();
    const { log, chance, faults } = this.parts;
    const records: StoredRecord[] = [];
    const behind = [...this.next].filter(([partition]) => this.hasMore(partition));
    const share = Math.ceil(maxRecords / Math.max(behind.length, 1));
    for (const [partition, next] of behind) {
      const limit = Math.min(share, maxRecords - records.length);
      const last = this.polled.get(partition);
      if (last !== undefined && limit > 1 && chance(faults.duplicates)) records.push(last);
      const end = records.length;
      records.push(...log.read(this.topic, partition, next, limit));
      if (records.length === end) continue;
      const newest = records.at(-1)!;
      this.next.set(partition, newest.offset + 1);
      this.polled.set(partition, newest);
    }
    return { records, assignment: this.assignment };
  }

  /** If records beyond the end of a partition were lost, it starts again at the beginning. */
  private hasMore(partition: number): boolean {
    const end = this.parts.log.end(this.topic, partition);
    if (this.next.get(partition)! > end) this.next.set(partition, 0);
    return this.next.get(partition)! < end;
  }

  private owned(): number[] {
    return this.parts.log.owned(this.group, this.topic, this);
  }

  private untilAppended(waitMs: number, signal?: AbortSignal): Promise<void> {
    const { log, process } = this.parts;
    return new Promise((resolve) => {
      const end = () => {
        stopTimer();
        stopWaiting();
        signal?.removeEventListener('abort', end);
        resolve();
      };
      const stopTimer = process.timer(waitMs, end, true);
      const stopWaiting = log.whenAppended(this.topic, end);
      this.wake = end;
      signal?.addEventListener('abort', end, { once: true });
    });
  }

  private ask<T>(label: string, effect: () => T): Promise<T> {
    const { log, process } = this.parts;
    return process.request(`${label} ${this.topic}`, log.kind === 'single' ? 'local' : 'remote', () => {
      log.check();
      return effect();
    });
  }
}
