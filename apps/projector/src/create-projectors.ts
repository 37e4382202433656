import type { PairingRules } from '#domain';
import { Topic, type EventLog } from '#event-log';
import type { ProjectionStore } from '#store';
import type { Logger, Metrics } from '#telemetry';
import { DeadLetterTopicProjection } from './dead-letter-topic-projection.js';
import { Projector } from './projector.js';
import { StatusProjection } from './status-projection.js';
import { StatusTopicProjection } from './status-topic-projection.js';
import { TimelineCache } from './timeline-cache.js';

/** Events that all remembered timelines hold together; about 100 MB. */
export const CACHED_EVENTS = 500_000;

export interface ProjectorSettings {
  readonly log: EventLog;
  readonly store: ProjectionStore;
  readonly rules: PairingRules;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** One projector for each topic. */
export function createProjectors({ rules, ...parts }: ProjectorSettings): Projector[] {
  return topicProjections(parts.store, rules).map((projection) => new Projector({ ...parts, ...projection }));
}

/** How each topic is projected, with a memory of its own. */
export function topicProjections(store: ProjectionStore, rules: PairingRules) {
  const status = new StatusProjection(store, new TimelineCache(CACHED_EVENTS), rules);
  return [
    { topic: Topic.status, type: 'status', projection: new StatusTopicProjection(status) },
    { topic: Topic.deadLetter, type: 'dead_letter', projection: new DeadLetterTopicProjection() },
  ];
}
