import { setTimeout as sleep } from 'node:timers/promises';
import type { GroupConsumer, TopicName } from '#event-log';
import type { ProjectionState } from '#store';
import { monotonic, wallClock } from '#telemetry';
import { joinGroup } from '../taking-over/join-group.js';
import { ProjectionLoop } from './projection-loop.js';
import { countProjected, measureLag, recordsBehind } from './projection-metrics.js';
import { ProjectionStatus } from './projection-status.js';
import type { ProjectorParts } from './projector-parts.js';
import { pauseFor } from './retrying.js';

const POLL_STATE_MS = 10;

/**
 * Writes one topic of the log to the store, batch by batch; each is committed to the log once its rows are kept. It goes on
 * from where the store says it is, and takes the group's commit as a hint. What fails is retried with the same records until
 * it succeeds; nothing is skipped.
 */
export class Projector {
  private readonly stopping = new AbortController();
  private readonly clock: () => number;
  private readonly status: ProjectionStatus;
  private running: Promise<void> | undefined;
  private consumer: GroupConsumer | undefined;

  constructor(private readonly parts: ProjectorParts) {
    this.clock = parts.clock ?? monotonic;
    this.status = new ProjectionStatus(parts, this.clock);
  }

  get topic(): TopicName {
    return this.parts.topic;
  }

  /** The state of the projection at this moment. */
  get state(): ProjectionState {
    return this.status.state;
  }

  /** @throws UnstableLayoutError while partitions are being added; it has not joined the group then. */
  async start(): Promise<void> {
    const consumer = await joinGroup(this.parts);
    this.consumer = consumer;
    const loop = new ProjectionLoop({
      ...this.parts,
      consumer,
      status: this.status,
      signal: this.stopping.signal,
      clock: this.clock,
      now: this.parts.now ?? wallClock,
      pause: this.parts.pause ?? pauseFor,
    });
    this.running = loop.run();
  }

  /** Waits until everything in the log is in the store, for at most `withinMs`. @returns whether it is. */
  async drain(withinMs: number): Promise<boolean> {
    const deadline = this.clock() + withinMs;
    while (this.state.kind !== 'current' || (await this.behind()) > 0) {
      // What waits for an operator does not drain.
      if (this.state.kind === 'refused' || this.clock() > deadline) return false;
      await sleep(POLL_STATE_MS);
    }
    return true;
  }

  /** Waits until it is known how far the store is, for at most `withinMs`. */
  async untilKnown(withinMs: number): Promise<void> {
    const deadline = this.clock() + withinMs;
    while (this.state.kind === 'starting' && this.clock() < deadline) await sleep(POLL_STATE_MS);
  }

  /** Stops after the batch under way. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.consumer?.close();
  }

  /** Updates the metrics of projected records and of the lag. */
  async refreshLagMetrics(): Promise<void> {
    const [lag = [], positions = []] = await Promise.all([this.consumer?.lag(), this.consumer?.positions()]);
    const { metrics, topic, type } = this.parts;
    countProjected(metrics, type, positions);
    measureLag(metrics, topic, lag);
  }

  private async behind(): Promise<number> {
    return recordsBehind((await this.consumer?.lag()) ?? []);
  }
}
