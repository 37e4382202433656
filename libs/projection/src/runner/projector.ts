import { setTimeout as sleep } from 'node:timers/promises';
import {
  AssignmentChangedError,
  checkLayoutStable,
  generationOf,
  LogDamagedError,
  type ConsumerGroups,
  type EventAppender,
  type EventReader,
  type GroupConsumer,
  type GroupPosition,
  type PartitionOffsets,
  type PolledBatch,
  type StoredRecord,
  type TopicLayout,
  type TopicName,
} from '#event-log';
import type { ProjectedPosition, ProjectionState, ProjectionStore } from '#store';
import { monotonic, wallClock, type Logger, type Metrics, type Tracing } from '#telemetry';
import { BatchWriter } from './batch-writer.js';
import { CatchUp } from './catch-up.js';
import { AccountsBehindError, PartitionAccounts, type Account } from '../accounting/partition-accounts.js';
import { retrying } from './retrying.js';
import { checkBegunWrites, checkLastRecord, checkPositions, ProjectionRefusedError } from './store-check.js';
import type { BatchProjection, TopicProjection } from './topic-projection.js';

/** The consumer group of all projectors. */
export const PROJECTOR_GROUP = 'statusledger-projector';

/** Events in a batch at most: enough to make inserts cheap, few enough to be visible soon and to fit in memory. */
export const MAX_BATCH_RECORDS = 16_000;

/** Dead letters have bodies of up to 64 KiB. */
export const MAX_BATCH_DEAD_LETTERS = 500;

/** Directories have up to 16 MiB. */
export const MAX_BATCH_DIRECTORIES = 4;

/**
 * Batches that are not full start this far apart at least: an insert costs some 10 ms of processor time however few
 * its rows are. A lone event after a pause does not wait.
 */
export const MIN_BATCH_INTERVAL_MS = 400;

const POLL_WAIT_MS = 1_000;
const FIRST_RETRY_MS = 100;
/** A batch that fails for longer than this is a state of its own, which is reported and makes queries refuse. */
export const STUCK_AFTER_MS = 60_000;
/** Between two looks at a store and a log that do not belong together. */
const REFUSED_PAUSE_MS = 2_000;
/** After an outage nothing is behind for longer than it has to be; what is tried in vain costs little. */
const MAX_RETRY_MS = 1_000;

export interface ProjectorParts {
  readonly log: EventAppender & EventReader & ConsumerGroups;
  readonly store: ProjectionStore;
  readonly projection: TopicProjection;
  readonly topic: TopicName;
  /** The name of what the topic carries, for metrics. */
  readonly type: string;
  readonly maxBatchRecords: number;
  /** What the projection is made by besides the events, as a text: a store that was made by other rules is refused. */
  readonly rules: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** The run that adds partitions, if that is whom it projects for. */
  readonly growthRun?: string | undefined;
  readonly tracing?: Tracing | undefined;
  /** Is called whenever the state changes, or the partitions that it is of. */
  readonly onState?: ((state: ProjectionState, partitions: readonly number[]) => void) | undefined;
  /** Clock of durations, in milliseconds from any moment on; it never goes back. */
  readonly clock?: (() => number) | undefined;
  /** The wall clock, in milliseconds since the Unix epoch. */
  readonly now?: (() => number) | undefined;
  /** Resolves after `ms`, or once the signal is aborted. */
  readonly pause?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
}

/** Resolves after `ms`, or once the signal is aborted. */
async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/**
 * Carries one topic of the log into the store: batch by batch, each acknowledged to the log once its rows are kept. It goes
 * on from where the store says it is; what the log's group has committed is a hint. What fails is tried again with the same
 * records until it succeeds; nothing is skipped.
 */
export class Projector {
  private readonly stopping = new AbortController();
  private readonly clock: () => number;
  private readonly now: () => number;
  private readonly pauseFor: (ms: number, signal: AbortSignal) => Promise<void>;
  private running: Promise<void> | undefined;
  private consumer: GroupConsumer | undefined;
  private writer: BatchWriter | undefined;
  private catchUp = new CatchUp([]);
  /** Records before the store's positions, which come first after a seek and have to be those that the store has projected. */
  private readonly lastRecords = new Map<number, ProjectedPosition>();
  private readonly gaps = new Set<string>();
  private layout: TopicLayout | undefined;
  private assignment: number | undefined;
  private present: ProjectionState = { kind: 'starting' };
  private failingSince: number | undefined;
  private owned: readonly number[] = [];
  /** The partitions of the last report. */
  private reported: readonly number[] = [];

  constructor(private readonly parts: ProjectorParts) {
    this.clock = parts.clock ?? monotonic;
    this.now = parts.now ?? wallClock;
    this.pauseFor = parts.pause ?? pauseFor;
  }

  get topic(): TopicName {
    return this.parts.topic;
  }

  /** How the projection is at this moment. */
  get state(): ProjectionState {
    return this.present;
  }

  /** @throws UnstableLayoutError while partitions are being added; it is then no member of the group. */
  async start(): Promise<void> {
    await this.settledLayout();
    this.consumer = await this.join();
    this.running = this.run(this.consumer);
  }

  /** Waits until everything that is in the log is in the store, at most `withinMs`. @returns whether it is. */
  async drain(withinMs: number): Promise<boolean> {
    const deadline = this.clock() + withinMs;
    while (this.present.kind !== 'current' || (await this.behind()) > 0) {
      // What waits for an operator does not drain.
      if (this.present.kind === 'refused' || this.clock() > deadline) return false;
      await sleep(10);
    }
    return true;
  }

  /** Waits until it is known how far the store is, at most `withinMs`. */
  async untilKnown(withinMs: number): Promise<void> {
    const deadline = this.clock() + withinMs;
    while (this.present.kind === 'starting' && this.clock() < deadline) await sleep(10);
  }

  /** Ends after the batch under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.consumer?.close();
  }

  /**
   * Brings the metrics of what was projected, and of what is behind, up to date. What was projected is read from what was
   * committed: partitions may move while nothing comes, and the accounts here are of those that the last batch was of.
   */
  async refreshLagMetrics(): Promise<void> {
    const [lag = [], positions = []] = await Promise.all([this.consumer?.lag(), this.consumer?.positions()]);
    const { metrics, topic } = this.parts;
    this.countProjected(new PartitionAccounts(positions).total());
    const records = lag.reduce((sum, partition) => sum + partition.records, 0);
    metrics.projectionLagEvents.set({ topic }, records);
    metrics.projectionLagSeconds.set({ topic }, Math.max(0, ...lag.map(({ seconds }) => seconds)));
  }

  private async behind(): Promise<number> {
    const lag = (await this.consumer?.lag()) ?? [];
    return lag.reduce((sum, { records }) => sum + records, 0);
  }

  private async run(consumer: GroupConsumer): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const startedAt = this.clock();
      try {
        const carried = await this.step(consumer);
        if (carried > 0 && carried < this.parts.maxBatchRecords) {
          await this.pause(MIN_BATCH_INTERVAL_MS - (this.clock() - startedAt));
        }
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        if (!(error instanceof ProjectionRefusedError)) throw error;
        await this.refuse(error);
      }
    }
  }

  /** Takes the next batch all the way. @returns how many records came that the store did not have. */
  private async step(consumer: GroupConsumer): Promise<number> {
    const batch = await this.retry(() => this.poll(consumer), 'poll');
    if (batch.assignment !== this.assignment) {
      // What was polled comes again from where the store is.
      await this.retry(() => this.takeOver(consumer, batch.assignment));
      return 0;
    }
    if (batch.records.length === 0) {
      if (!this.catchUp.isDone || this.lastRecords.size > 0) await this.retry(() => this.lookForRemoved());
      this.settleState();
      return 0;
    }
    return this.retry(() => this.traced(batch, () => this.carry(consumer, batch)));
  }

  private poll(consumer: GroupConsumer): Promise<PolledBatch> {
    const { signal } = this.stopping;
    const waitMs = this.assignment === undefined ? 0 : POLL_WAIT_MS;
    return consumer.poll({ maxRecords: this.parts.maxBatchRecords, waitMs, signal });
  }

  /** A batch is a span of its own, linked to what its records come from: it belongs to many traces at once. */
  private traced<T>({ records }: PolledBatch, work: () => Promise<T>): Promise<T> {
    const { tracing, topic } = this.parts;
    if (tracing === undefined) return work();
    const attributes = {
      'messaging.destination.name': topic,
      'messaging.operation.type': 'process',
      'messaging.batch.message_count': records.length,
    };
    const linkedTo = records.map(({ headers }) => headers);
    return tracing.inSpan(`project ${topic}`, { kind: 'consumer', attributes, linkedTo }, work);
  }

  /** The whole way of a batch: compare where the store is, project, write, acknowledge. @returns the records that were new. */
  private async carry(consumer: GroupConsumer, batch: PolledBatch): Promise<number> {
    const { metrics } = this.parts;
    const writer = this.writer!;
    this.compareLastRecords(batch.records);
    const records = this.ofGenerations(batch.records);
    const fresh = records.filter(({ partition, offset }) => offset >= writer.offsetOf(partition));
    this.catchUp.noteArrival(fresh, this.now());
    if (!this.catchUp.isDone) this.enter({ kind: 'catching_up', left: this.catchUp.left });
    let written: readonly BatchProjection[];
    try {
      written = await writer.carry(records);
    } catch (error) {
      if (!(error instanceof AccountsBehindError)) throw error;
      // Records are missing between the store and the batch: everything comes again from where the store is.
      this.assignment = undefined;
      return 0;
    }
    const isOurs = await this.acknowledge(consumer, writer.positionsOf(records));
    if (!isOurs) return 0;
    if (fresh.length > 0) metrics.projectionBatchEvents.observe(fresh.length);
    for (const each of written) this.countBatch(each);
    this.catchUp.reach(writer.positions);
    this.settleState();
    return fresh.length;
  }

  /** @throws ProjectionRefusedError if a record that the store has projected is another one now. */
  private compareLastRecords(records: readonly StoredRecord[]): void {
    if (this.lastRecords.size === 0) return;
    for (const record of records) {
      const last = this.lastRecords.get(record.partition);
      if (last === undefined || record.offset < last.offset - 1) continue;
      checkLastRecord(last, record);
      this.lastRecords.delete(record.partition);
    }
  }

  /**
   * Where partitions have moved meanwhile, the batch is dropped: whoever owns them gets it again, and what was written of
   * it is what they are going to write. @returns whether it was acknowledged.
   */
  private async acknowledge(consumer: GroupConsumer, positions: readonly GroupPosition[]): Promise<boolean> {
    try {
      await consumer.commit(positions);
      return true;
    } catch (error) {
      if (!(error instanceof AssignmentChangedError)) throw error;
      this.parts.projection.forget();
      this.assignment = undefined;
      return false;
    }
  }

  /** What lies where it does not belong since partitions were added is appended again, to where it does. */
  private async move(records: readonly StoredRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { log, topic, metrics, type } = this.parts;
    await log.append(
      topic,
      records.map(({ key, value, headers }) => ({
        key: key!,
        value,
        ...(headers === undefined ? {} : { headers }),
      })),
    );
    metrics.recordsMoved.inc({ type }, records.length);
  }

  /** While partitions are being added there may be some already that no generation has: they are nobody's yet. */
  private ofGenerations(records: readonly StoredRecord[]): readonly StoredRecord[] {
    if (this.parts.growthRun === undefined) return records;
    return records.filter((record) => generationOf(this.layout!, record) >= 0);
  }

  /**
   * The layout is read again once the member has joined, here and whenever partitions move: whoever adds partitions
   * announces that first and then looks for members, so that one of the two sees the other.
   */
  private async join(): Promise<GroupConsumer> {
    const consumer = await this.parts.log.join(PROJECTOR_GROUP, this.parts.topic);
    try {
      await this.settledLayout();
      return consumer;
    } catch (error) {
      await consumer.close();
      throw error;
    }
  }

  private async settledLayout(): Promise<TopicLayout> {
    const { log, topic, growthRun } = this.parts;
    const layout = await log.layout(topic);
    checkLayoutStable(topic, layout, growthRun);
    return layout;
  }

  /**
   * Forgets what another owner may have changed, and goes on from where the store is in each of the partitions, one record
   * before it: that one has to be the record that the store has projected last.
   *
   * @throws ProjectionRefusedError if store and log do not belong together.
   */
  private async takeOver(consumer: GroupConsumer, assignment: number): Promise<void> {
    const { log, store, topic, projection, rules } = this.parts;
    this.assignment = undefined;
    const committed = await consumer.positions();
    this.owned = committed.map(({ partition }) => partition);
    const obstacle = await store.obstacle();
    if (obstacle !== undefined) throw new ProjectionRefusedError(obstacle);
    const layout = (this.layout = await this.settledLayout());
    projection.forget();
    const [logId, extents, stored, begun] = await Promise.all([
      log.identity(topic),
      log.offsets(topic),
      store.positions(topic),
      store.begunWrites(topic),
    ]);
    const present = { topic, identity: logId, layout, extents, rules };
    checkPositions(present, stored);
    await checkBegunWrites(log, present, begun, stored);
    const goOn = committed.map(({ partition }) => this.goOnFrom(partition, stored, extents));
    const accounts = new PartitionAccounts(
      goOn.filter(({ offset }) => offset > 0),
      this.gaps,
    );
    this.writer = new BatchWriter({
      ...this.parts,
      logId,
      layout,
      accounts,
      move: (records) => this.move(records),
    });
    this.catchUp = CatchUp.of({ stored, committed, extents });
    this.lastRecords.clear();
    for (const position of goOn) if (position.offset > 0) this.lastRecords.set(position.partition, position);
    if (!(await this.acknowledge(consumer, goOn.filter(isNews(committed))))) return;
    await consumer.seek(
      goOn.map(({ partition, offset }) => ({ partition, offset: Math.max(0, offset - 1) })),
    );
    this.assignment = assignment;
    await this.lookForRemoved();
    this.reportCatchUp();
  }

  /** Where the store is in a partition; at the oldest record that is kept if it is not even there. */
  private goOnFrom(
    partition: number,
    stored: readonly ProjectedPosition[],
    extents: readonly PartitionOffsets[],
  ): ProjectedPosition {
    const { topic, logger } = this.parts;
    const begin = extents.find((extent) => extent.partition === partition)?.begin ?? 0;
    const position = stored.find((each) => each.partition === partition);
    if (position !== undefined && position.offset >= begin) return position;
    if (position !== undefined) {
      const removed = begin - position.offset;
      logger.warn({ topic, partition, removed }, 'retention has removed records before they were projected');
    }
    const nothing = { topic, partition, logId: '', metadata: '', rules: '' };
    return { ...nothing, ...position, offset: begin, lastRecord: '' };
  }

  /** What retention has removed neither comes nor can be compared. */
  private async lookForRemoved(): Promise<void> {
    const extents = await this.parts.log.offsets(this.parts.topic);
    for (const { partition, begin } of extents) {
      const last = this.lastRecords.get(partition);
      if (last !== undefined && begin >= last.offset) this.lastRecords.delete(partition);
      this.catchUp.reach([{ partition, offset: begin }]);
    }
  }

  private reportCatchUp(): void {
    const { logger, topic } = this.parts;
    this.settleState();
    if (this.present.kind !== 'catching_up') return;
    const { left } = this.present;
    logger.warn({ topic, left }, 'the store is behind its log; queries wait until it has caught up');
  }

  private settleState(): void {
    this.failingSince = undefined;
    if (!this.catchUp.isDone) return this.enter({ kind: 'catching_up', left: this.catchUp.left });
    // A record of a partition that does not come may still show that the log is another one.
    if (this.lastRecords.size > 0) return;
    if (this.present.kind === 'catching_up') {
      this.parts.logger.info({ topic: this.parts.topic }, 'the store has caught up with its log');
    }
    this.enter({ kind: 'current' });
  }

  private enter(state: ProjectionState): void {
    const { metrics, topic, onState } = this.parts;
    const before = this.present;
    this.present = state;
    metrics.projectionBlocked.set({ topic }, state.kind === 'stuck' || state.kind === 'refused' ? 1 : 0);
    metrics.projectionCatchUpEvents.set({ topic }, state.kind === 'catching_up' ? state.left : 0);
    const isOther = before.kind !== state.kind || causeOf(before) !== causeOf(state);
    if (isOther || state.kind === 'catching_up' || this.reported !== this.owned) onState?.(state, this.owned);
    this.reported = this.owned;
  }

  /** Nothing is projected until somebody has put store and log together. */
  private async refuse({ message }: ProjectionRefusedError): Promise<void> {
    const { logger, topic, projection } = this.parts;
    projection.forget();
    this.assignment = undefined;
    if (causeOf(this.present) !== message) logger.error({ topic }, `nothing is projected: ${message}`);
    this.enter({ kind: 'refused', cause: message });
    await this.pause(REFUSED_PAUSE_MS);
  }

  /** Tries until it succeeds. Rejects at once if store and log do not belong together, and once the projector is stopped. */
  private retry<T>(attempt: () => Promise<T>, what: 'poll' | 'batch' = 'batch'): Promise<T> {
    const { logger, metrics, projection, topic } = this.parts;
    return retrying(attempt, {
      firstDelayMs: FIRST_RETRY_MS,
      maxDelayMs: MAX_RETRY_MS,
      signal: this.stopping.signal,
      pause: this.pauseFor,
      isFinal: (error) => error instanceof ProjectionRefusedError,
      onFailure: (error, tries) => {
        projection.forget();
        metrics.projectionRetries.inc();
        logger.error({ err: error, topic, tries }, 'a batch could not be projected; trying again');
        // A log that is away holds back what nobody can see yet; a batch that fails, or a log that is damaged, is known.
        if (what === 'batch' || error instanceof LogDamagedError) this.noteFailure(error);
      },
    });
  }

  private noteFailure(error: unknown): void {
    this.failingSince ??= this.clock();
    if (this.clock() - this.failingSince < STUCK_AFTER_MS) return;
    this.enter({ kind: 'stuck', cause: error instanceof Error ? error.message : String(error) });
  }

  private async pause(ms: number): Promise<void> {
    if (ms > 0) await this.pauseFor(ms, this.stopping.signal);
  }

  private countBatch({ changes }: BatchProjection): void {
    const { metrics } = this.parts;
    for (const { interval } of changes.intervals)
      metrics.intervalsWritten.inc({ ended_by: interval.endedBy });
    for (const { anomaly, deleted } of changes.anomalies) {
      if (!deleted) metrics.anomalies.inc({ kind: anomaly.kind });
    }
  }

  /** What became of all records of the partitions that this projector owns now: over all projectors, of all records. */
  private countProjected({ stored, repeats, deadLettered }: Account): void {
    const { type, metrics } = this.parts;
    const outcomes = { stored, repeat: repeats, dead_lettered: deadLettered };
    for (const [outcome, records] of Object.entries(outcomes)) {
      metrics.eventsProjected.remove({ type, outcome });
      metrics.eventsProjected.inc({ type, outcome }, records);
    }
  }
}

function causeOf(state: ProjectionState): string | undefined {
  return 'cause' in state ? state.cause : undefined;
}

function isNews(committed: readonly GroupPosition[]) {
  return ({ partition, offset, metadata }: GroupPosition) =>
    !committed.some(
      (each) => each.partition === partition && each.offset === offset && each.metadata === metadata,
    );
}
