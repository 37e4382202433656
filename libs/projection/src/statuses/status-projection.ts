import { setImmediate as turnOfEventLoop } from 'node:timers/promises';
import type { PairingRules, TimelineId } from '#domain';
import { timelineKey } from '#domain';
import type { ProjectionChanges, ProjectionStore, ReceivedStatusEvent } from '#store';
import { newSystems } from '../memory/new-systems.js';
import { SeenKeys } from '../memory/seen-keys.js';
import type { TimelineCache } from './timeline-cache.js';
import { TimelineTask, type Stretch } from './timeline-task.js';

/** Timelines that are loaded in one read. Fewer when they are loaded whole, so that memory stays bounded. */
const TIMELINES_PER_READ = 1_000;
const WHOLE_TIMELINES_PER_READ = 20;

/** Timelines that are corrected before the rest of the process gets its turn: about a millisecond's work. */
const TASKS_PER_TURN = 100;

/** What a batch of events changes in the store, and which of its events were known before. */
export interface StatusChanges extends Pick<
  ProjectionChanges,
  'intervals' | 'anomalies' | 'heads' | 'events' | 'systems'
> {
  /** The positions of the events that are repeats. */
  readonly repeats: readonly number[];
}

/**
 * Turns batches of events into corrections of the store, so that the store always agrees with the fold over all events.
 *
 * Memory is bounded: recent timelines are cached; of any other, the neighbourhood of the events is read back from the
 * store. A crash, a replay, a rebalance or a late event therefore needs no special path.
 */
export class StatusProjection {
  private readonly systems = new SeenKeys();
  private storeIsEmpty: boolean | undefined;

  constructor(
    private readonly store: ProjectionStore,
    private readonly cache: TimelineCache,
    private readonly rules: PairingRules,
  ) {}

  /** Forgets everything remembered: after a failure, or when partitions were gained or lost. */
  forget(): void {
    this.cache.clear();
    this.systems.forget();
  }

  /**
   * Finds what the events change. The changes must be in the store before the next call; if they will not be, call `forget`.
   */
  async project(events: readonly ReceivedStatusEvent[]): Promise<StatusChanges> {
    const tasks = groupByTimeline(events);
    await this.correctAll(tasks);
    const changes = {
      intervals: tasks.flatMap(intervalRows),
      anomalies: tasks.flatMap(anomalyRows),
      heads: tasks.flatMap(headRows),
      events: tasks.flatMap(({ rows }) => rows.events),
      systems: newSystems(events, this.systems),
      repeats: tasks.flatMap(({ repeats }) => repeats),
    };
    for (const task of tasks) {
      const remembered = task.toCache();
      if (remembered !== undefined) this.cache.set(task.key, remembered);
    }
    return changes;
  }

  private async correctAll(tasks: readonly TimelineTask[]): Promise<void> {
    const missing: TimelineTask[] = [];
    const pending: Pending[] = [];
    for (const [index, task] of tasks.entries()) {
      // The process may be answering requests, too.
      if (index % TASKS_PER_TURN === TASKS_PER_TURN - 1) await turnOfEventLoop();
      const cached = this.cache.get(task.key);
      if (cached === undefined) missing.push(task);
      else if (task.startFromCache(cached)) this.attempt(task, pending);
      else pending.push({ task, stretch: task.startFromHead(cached) });
    }
    await this.startMissing(missing, pending);
    for (let round = pending; round.length > 0;) round = await this.lookRound(round);
  }

  private attempt(task: TimelineTask, pending: Pending[]): void {
    const outcome = task.attempt(this.rules);
    if (outcome !== true) pending.push({ task, stretch: outcome });
  }

  private async startMissing(missing: readonly TimelineTask[], pending: Pending[]): Promise<void> {
    if (missing.length === 0) return;
    const nothingStored = await this.isNothingStored();
    for (const tasks of slices(missing, TIMELINES_PER_READ)) {
      const heads = nothingStored ? new Map() : await this.store.heads(tasks.map(({ id }) => id));
      for (const task of tasks) {
        const head = heads.get(task.key);
        if (head === undefined) this.attempt(task, pending);
        else pending.push({ task, stretch: task.startFromHead(head) });
      }
    }
  }

  /** If the store was empty at the start and nothing was forgotten since, what is not remembered is new. */
  private async isNothingStored(): Promise<boolean> {
    if (this.cache.evicted) return false;
    this.storeIsEmpty ??= await this.store.isEmpty();
    return this.storeIsEmpty;
  }

  /** Reads the stretches that tasks need, equal ones together. @returns what is needed next. */
  private async lookRound(round: readonly Pending[]): Promise<Pending[]> {
    const next: Pending[] = [];
    for (const { stretch, tasks } of groupByStretch(round)) {
      const whole = stretch.from === -Infinity;
      for (const slice of slices(tasks, whole ? WHOLE_TIMELINES_PER_READ : TIMELINES_PER_READ)) {
        const ids = slice.map(({ id }) => id);
        const events = await this.store.events(ids, stretch.from, stretch.to);
        for (const task of slice) {
          task.look(events.get(task.key) ?? [], stretch);
          this.attempt(task, next);
        }
      }
    }
    return next;
  }
}

interface Pending {
  readonly task: TimelineTask;
  readonly stretch: Stretch;
}

function groupByTimeline(events: readonly ReceivedStatusEvent[]): TimelineTask[] {
  const tasks = new Map<string, TimelineTask>();
  for (const event of events) {
    const key = timelineKey(event);
    let task = tasks.get(key);
    if (task === undefined) tasks.set(key, (task = new TimelineTask(idOf(event))));
    task.arrivals.push(event);
  }
  return [...tasks.values()];
}

function idOf({ systemId, workerId, groupId }: TimelineId): TimelineId {
  return { systemId, workerId, groupId };
}

function groupByStretch(round: readonly Pending[]): { stretch: Stretch; tasks: TimelineTask[] }[] {
  const groups = new Map<string, { stretch: Stretch; tasks: TimelineTask[] }>();
  for (const { task, stretch } of round) {
    const name = `${stretch.from} ${stretch.to}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, { stretch, tasks: [task] });
    else group.tasks.push(task);
  }
  return [...groups.values()];
}

function* slices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

function intervalRows({ id: timeline, rows }: TimelineTask) {
  return [...rows.intervals.values()].map(({ interval, version }) => ({ timeline, interval, version }));
}

function anomalyRows({ id: timeline, rows }: TimelineTask) {
  return [...rows.anomalies.values()].map(({ anomaly, deleted, version }) => ({
    timeline,
    anomaly,
    deleted,
    version,
  }));
}

function headRows({ id: timeline, rows }: TimelineTask) {
  return rows.head === undefined ? [] : [{ timeline, head: rows.head.head, version: rows.head.version }];
}
