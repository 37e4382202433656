import type { ConsumerGroups, EventAppender, EventReader, TopicName } from '#event-log';
import type { ProjectionState, ProjectionStore } from '#store';
import type { Logger, Metrics, Tracing } from '#telemetry';
import type { TopicProjection } from './topic-projection.js';

/** The consumer group of all projectors. */
export const PROJECTOR_GROUP = 'statusledger-projector';

export interface ProjectorParts {
  readonly log: EventAppender & EventReader & ConsumerGroups;
  readonly store: ProjectionStore;
  readonly projection: TopicProjection;
  readonly topic: TopicName;
  /** The name of what the topic carries, for metrics. */
  readonly type: string;
  readonly maxBatchRecords: number;
  /** What rows depend on besides the events, as a text. A store made by other rules is refused. */
  readonly rules: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** The run that adds partitions, if the projector works for one. */
  readonly growthRun?: string | undefined;
  readonly tracing?: Tracing | undefined;
  /** Called whenever the state changes, or the partitions it applies to. */
  readonly onState?: ((state: ProjectionState, partitions: readonly number[]) => void) | undefined;
  /** Clock for durations, in milliseconds from an arbitrary origin; it never goes back. */
  readonly clock?: (() => number) | undefined;
  /** The wall clock, in milliseconds since the Unix epoch. */
  readonly now?: (() => number) | undefined;
  /** Resolves after `ms`, or once the signal is aborted. */
  readonly pause?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
}
