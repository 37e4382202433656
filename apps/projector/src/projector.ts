import { setTimeout as sleep } from 'node:timers/promises';
import {
  AssignmentChangedError,
  checkSettled,
  generationOf,
  type EventLog,
  type GroupConsumer,
  type GroupPosition,
  type PolledBatch,
  type StoredRecord,
  type TopicLayout,
  type TopicName,
} from '#event-log';
import type { ProjectionStore } from '#store';
import type { Logger, Metrics, Tracing } from '#telemetry';
import { AccountsBehindError, PartitionAccounts, type Account } from './partition-accounts.js';
import { byPlace } from './placed-records.js';
import { retrying } from './retrying.js';
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
/** After an outage nothing is behind for longer than it has to be; what is tried in vain costs little. */
const MAX_RETRY_MS = 1_000;

export interface ProjectorParts {
  readonly log: EventLog;
  readonly store: ProjectionStore;
  readonly projection: TopicProjection;
  readonly topic: TopicName;
  /** The name of what the topic carries, for metrics. */
  readonly type: string;
  readonly maxBatchRecords: number;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** The run that adds partitions, if that is whom it projects for. */
  readonly growthRun?: string | undefined;
  readonly tracing?: Tracing | undefined;
}

/**
 * Carries one topic of the log into the store: batch by batch, each acknowledged to the log once its rows are
 * kept. What fails is tried again with the same records until it succeeds; nothing is skipped.
 */
export class Projector {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private consumer: GroupConsumer | undefined;
  private accounts = new PartitionAccounts([]);
  private readonly gaps = new Set<string>();
  private layout: TopicLayout | undefined;
  private assignment: number | undefined;
  private caughtUp = true;

  constructor(private readonly parts: ProjectorParts) {}

  /** @throws UnsettledPartitionsError while partitions are being added; it is then no member of the group. */
  async start(): Promise<void> {
    await this.settledLayout();
    this.consumer = await this.join();
    this.accounts = new PartitionAccounts(await this.consumer.positions());
    this.running = this.run(this.consumer);
  }

  /** Waits until everything that is in the log is in the store, at most `withinMs`. @returns whether it is. */
  async drain(withinMs: number): Promise<boolean> {
    const deadline = Date.now() + withinMs;
    while ((await this.behind()) > 0) {
      if (Date.now() > deadline) return false;
      await sleep(10);
    }
    return true;
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
      const startedAt = Date.now();
      const batch = await this.retry(() => this.poll(consumer));
      if (batch === undefined) return;
      if (batch.records.length === 0) continue;
      const done = await this.retry(() => this.traced(batch, () => this.carry(consumer, batch)));
      if (done === undefined) return;
      this.caughtUp = batch.records.length < this.parts.maxBatchRecords;
      if (this.caughtUp) await this.pause(MIN_BATCH_INTERVAL_MS - (Date.now() - startedAt));
    }
  }

  private poll(consumer: GroupConsumer): Promise<PolledBatch> {
    const { signal } = this.stopping;
    return consumer.poll({ maxRecords: this.parts.maxBatchRecords, waitMs: POLL_WAIT_MS, signal });
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

  /** The whole way of a batch: forget what another owner may have changed, project, write, move, acknowledge. */
  private async carry(consumer: GroupConsumer, batch: PolledBatch): Promise<true> {
    const { log, projection, store, metrics } = this.parts;
    if (batch.assignment !== this.assignment) await this.takeOver(consumer, batch.assignment);
    const records = this.ofGenerations(this.unaccounted(batch.records));
    if (records.length === 0) return true;
    const { placed, misplaced } = byPlace(records, this.layout!, log);
    const projected = await projection.project(placed, this.layout!);
    await store.write(projected.changes);
    await this.move(misplaced);
    const positions = this.accounts.after(records, projected.accounts);
    if (!(await this.acknowledge(consumer, positions))) return true;
    this.accounts.advance(positions);
    metrics.projectionBatchEvents.observe(records.length);
    this.countBatch(projected);
    return true;
  }

  /**
   * Where partitions have moved meanwhile, the batch is dropped: whoever owns them gets it anew, and what was written of
   * it is what they are going to write. @returns whether it was acknowledged.
   */
  private async acknowledge(consumer: GroupConsumer, positions: readonly GroupPosition[]): Promise<boolean> {
    try {
      await consumer.commit(positions);
      return true;
    } catch (error) {
      if (!(error instanceof AssignmentChangedError)) throw error;
      this.parts.projection.forget();
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
    checkSettled(topic, layout, growthRun);
    return layout;
  }

  private async takeOver(consumer: GroupConsumer, assignment: number): Promise<void> {
    this.layout = await this.settledLayout();
    this.parts.projection.forget();
    this.accounts = new PartitionAccounts(await consumer.positions(), this.gaps);
    this.assignment = assignment;
  }

  /** Has the accounts read again, once for each place, where records are missing between them and the batch. */
  private unaccounted(records: readonly StoredRecord[]): readonly StoredRecord[] {
    try {
      return this.accounts.unaccounted(records);
    } catch (error) {
      if (error instanceof AccountsBehindError) this.assignment = undefined;
      throw error;
    }
  }

  /** Tries until it succeeds or the projector is stopped; `undefined` in the latter case. */
  private retry<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    const { logger, metrics, projection, topic } = this.parts;
    return retrying(attempt, {
      firstDelayMs: FIRST_RETRY_MS,
      maxDelayMs: MAX_RETRY_MS,
      signal: this.stopping.signal,
      onFailure: (error, tries) => {
        projection.forget();
        metrics.projectionRetries.inc();
        logger.error({ err: error, topic, tries }, 'a batch could not be projected; trying again');
      },
    }).catch(() => undefined);
  }

  private async pause(ms: number): Promise<void> {
    if (ms <= 0) return;
    await sleep(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
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
