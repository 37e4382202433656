import type { GroupPosition, PartitionLag, TopicName } from '#event-log';
import type { Metrics } from '#telemetry';
import { PartitionAccounts } from '../accounting/partition-accounts.js';
import type { BatchProjection } from './topic-projection.js';

/** Counts what a batch has written. */
export function countBatch(metrics: Metrics, { changes }: BatchProjection): void {
  for (const { interval } of changes.intervals) metrics.intervalsWritten.inc({ ended_by: interval.endedBy });
  for (const { anomaly, deleted } of changes.anomalies) {
    if (!deleted) metrics.anomalies.inc({ kind: anomaly.kind });
  }
}

/**
 * What became of all records of the partitions that this projector owns now; over all projectors, of all records. Read from
 * what was committed, since partitions may move while nothing comes.
 */
export function countProjected(metrics: Metrics, type: string, committed: readonly GroupPosition[]): void {
  const { stored, repeats, deadLettered } = new PartitionAccounts(committed).total();
  const outcomes = { stored, repeat: repeats, dead_lettered: deadLettered };
  for (const [outcome, records] of Object.entries(outcomes)) {
    metrics.eventsProjected.remove({ type, outcome });
    metrics.eventsProjected.inc({ type, outcome }, records);
  }
}

export function measureLag(metrics: Metrics, topic: TopicName, lag: readonly PartitionLag[]): void {
  metrics.projectionLagEvents.set({ topic }, recordsBehind(lag));
  metrics.projectionLagSeconds.set({ topic }, Math.max(0, ...lag.map(({ seconds }) => seconds)));
}

export function recordsBehind(lag: readonly PartitionLag[]): number {
  return lag.reduce((sum, { records }) => sum + records, 0);
}
