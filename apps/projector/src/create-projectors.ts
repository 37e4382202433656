import type { PairingRules } from '#domain';
import { decodeContactRecord, decodeStatusRecord, Topic, type EventLog, type StoredRecord } from '#event-log';
import type { ProjectionStore } from '#store';
import type { Logger, Metrics } from '#telemetry';
import { ContactProjection, type KnownContact } from './contact-projection.js';
import { DeadLetterTopicProjection } from './dead-letter-topic-projection.js';
import { EventTopicProjection, type EventProjection } from './event-topic-projection.js';
import { positionOf } from './position.js';
import { Projector } from './projector.js';
import { StatusProjection } from './status-projection.js';
import { TimelineCache } from './timeline-cache.js';
import { WeightedCache } from './weighted-cache.js';

/** Events that all remembered timelines, and all remembered contacts, hold together; about 100 MB each. */
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
  const contacts = new ContactProjection(
    store,
    new WeightedCache<KnownContact>(CACHED_EVENTS, (steps) => steps.length + 1),
  );
  return [
    ofEvents({
      topic: Topic.status,
      type: 'status',
      decode: (record) => received(record, decodeStatusRecord(record.value)),
      project: (events) => status.project(events),
      forget: () => status.forget(),
    }),
    ofEvents({
      topic: Topic.contact,
      type: 'contact',
      decode: (record) => received(record, decodeContactRecord(record.value)),
      project: (events) => contacts.project(events),
      forget: () => contacts.forget(),
    }),
    { topic: Topic.deadLetter, type: 'dead_letter', projection: new DeadLetterTopicProjection() },
  ];
}

function ofEvents<Event>(events: EventProjection<Event>) {
  return { topic: events.topic, type: events.type, projection: new EventTopicProjection(events) };
}

function received<Event>(record: StoredRecord, { event, receivedAt }: { event: Event; receivedAt: number }) {
  return { ...event, receivedAt, position: positionOf(record) };
}
