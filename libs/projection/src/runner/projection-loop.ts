import {
  AssignmentChangedError,
  LogDamagedError,
  type GroupConsumer,
  type GroupPosition,
  type PolledBatch,
} from '#event-log';
import { AccountsBehindError } from '../accounting/partition-accounts.js';
import type { Assignment } from '../taking-over/assignment.js';
import { countBatch } from './projection-metrics.js';
import type { ProjectionStatus } from './projection-status.js';
import type { ProjectorParts } from './projector-parts.js';
import { retrying } from './retrying.js';
import { uncommitted } from '../taking-over/start-positions.js';
import { ProjectionRefusedError } from '../taking-over/store-check.js';
import { takeOver } from '../taking-over/take-over.js';

/**
 * Batches that are not full start at least this far apart: an insert costs about 10 ms of processor time however few its
 * rows are. A lone event after a pause does not wait.
 */
export const MIN_BATCH_INTERVAL_MS = 400;

const POLL_WAIT_MS = 1_000;
const FIRST_RETRY_MS = 100;
/** Short, so that after an outage nothing lags for longer than it has to; a vain try costs little. */
const MAX_RETRY_MS = 1_000;
/** Between two comparisons of a store and a log that do not belong together. */
const REFUSED_PAUSE_MS = 2_000;

export interface LoopParts extends ProjectorParts {
  readonly consumer: GroupConsumer;
  readonly status: ProjectionStatus;
  /** Ends the loop after the batch under way. */
  readonly signal: AbortSignal;
  readonly clock: () => number;
  readonly now: () => number;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Polls, writes and commits one batch after another. Partitions that have moved are taken over first. */
export class ProjectionLoop {
  /** `undefined` until partitions are taken over, and again once any of them has moved. */
  private assignment: Assignment | undefined;
  private readonly gaps = new Set<string>();

  constructor(private readonly parts: LoopParts) {}

  /** Resolves once the signal is aborted and the batch under way is done. */
  async run(): Promise<void> {
    const { signal, clock, maxBatchRecords } = this.parts;
    while (!signal.aborted) {
      const startedAt = clock();
      try {
        const carried = await this.step();
        const isPartlyFull = carried > 0 && carried < maxBatchRecords;
        if (isPartlyFull) await this.pause(MIN_BATCH_INTERVAL_MS - (clock() - startedAt));
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ProjectionRefusedError)) throw error;
        await this.refuse(error);
      }
    }
  }

  /** Takes the next batch all the way. @returns how many records came that the store did not have. */
  private async step(): Promise<number> {
    const batch = await this.retry(() => this.poll(), 'poll');
    const { assignment } = this;
    if (assignment === undefined || batch.assignment !== assignment.number) {
      // What was polled comes again from where the store is.
      await this.retry(() => this.takeOver(batch.assignment));
      return 0;
    }
    if (batch.records.length > 0)
      return this.retry(() => this.traced(batch, () => this.carry(assignment, batch)));
    await this.idle(assignment);
    return 0;
  }

  private poll(): Promise<PolledBatch> {
    const { consumer, signal, maxBatchRecords } = this.parts;
    const waitMs = this.assignment === undefined ? 0 : POLL_WAIT_MS;
    return consumer.poll({ maxRecords: maxBatchRecords, waitMs, signal });
  }

  private async idle(assignment: Assignment): Promise<void> {
    const { log, topic, status } = this.parts;
    const waitsForRecords = !assignment.catchUp.isDone || !assignment.isVerified;
    if (waitsForRecords) await this.retry(() => assignment.skipRemoved(log, topic));
    status.succeeded(assignment);
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

  /** Compares, projects, writes and commits a batch. @returns how many of its records were new to the store. */
  private async carry(assignment: Assignment, batch: PolledBatch): Promise<number> {
    const { growthRun, metrics, now, status } = this.parts;
    const { writer, catchUp } = assignment;
    assignment.verify(batch.records);
    const records = growthRun === undefined ? batch.records : assignment.ofGenerations(batch.records);
    const fresh = assignment.newRecords(records);
    catchUp.expect(fresh, now());
    if (!catchUp.isDone) status.catchingUp(catchUp.left);
    const written = await writer.carry(records).catch((error: unknown) => this.startOver(error));
    if (written === undefined) return 0;
    if (!(await this.commit(writer.positionsOf(records)))) return 0;
    if (fresh.length > 0) metrics.projectionBatchEvents.observe(fresh.length);
    for (const each of written) countBatch(metrics, each);
    catchUp.reach(writer.positions);
    status.succeeded(assignment);
    return fresh.length;
  }

  /** Records are missing between the store and the batch: everything comes again from where the store is. */
  private startOver(error: unknown): undefined {
    if (!(error instanceof AccountsBehindError)) throw error;
    this.assignment = undefined;
  }

  /**
   * If partitions have moved meanwhile, the batch is dropped. Their new owner gets it again, and will write what was written
   * of it here. @returns whether it was committed.
   */
  private async commit(positions: readonly GroupPosition[]): Promise<boolean> {
    try {
      await this.parts.consumer.commit(positions);
      return true;
    } catch (error) {
      if (!(error instanceof AssignmentChangedError)) throw error;
      this.parts.projection.forget();
      this.assignment = undefined;
      return false;
    }
  }

  /**
   * Goes on from where the store is in each of the partitions, one record before it: that one has to be the record that the
   * store has projected last.
   *
   * @throws ProjectionRefusedError if store and log do not belong together.
   */
  private async takeOver(number: number): Promise<void> {
    const { consumer, log, topic, status } = this.parts;
    this.assignment = undefined;
    const committed = await consumer.positions();
    status.own(committed.map(({ partition }) => partition));
    const { assignment, positions } = await takeOver(this.parts, number, committed, this.gaps);
    if (!(await this.commit(uncommitted(positions, committed)))) return;
    await consumer.seek(
      positions.map(({ partition, offset }) => ({ partition, offset: Math.max(0, offset - 1) })),
    );
    this.assignment = assignment;
    await assignment.skipRemoved(log, topic);
    status.tookOver(assignment);
  }

  /** Nothing is projected until an operator has put store and log together. */
  private async refuse({ message }: ProjectionRefusedError): Promise<void> {
    const { projection, status } = this.parts;
    projection.forget();
    this.assignment = undefined;
    status.refused(message);
    await this.pause(REFUSED_PAUSE_MS);
  }

  /** Tries until it succeeds. Rejects at once if store and log do not belong together, and once the projector is stopped. */
  private retry<T>(attempt: () => Promise<T>, what: 'poll' | 'batch' = 'batch'): Promise<T> {
    const { logger, metrics, pause, projection, signal, status, topic } = this.parts;
    return retrying(attempt, {
      firstDelayMs: FIRST_RETRY_MS,
      maxDelayMs: MAX_RETRY_MS,
      signal,
      pause,
      isFinal: (error) => error instanceof ProjectionRefusedError,
      onFailure: (error, tries) => {
        projection.forget();
        metrics.projectionRetries.inc();
        logger.error({ err: error, topic, tries }, 'a batch could not be projected; trying again');
        // An unreachable log may have nothing new; a batch that fails, or a damaged log, means that the store is behind.
        if (what === 'batch' || error instanceof LogDamagedError) status.failed(error);
      },
    });
  }

  private async pause(ms: number): Promise<void> {
    if (ms > 0) await this.parts.pause(ms, this.parts.signal);
  }
}
