import type { PairingRules } from '#domain';
import {
  decodeContactRecord,
  decodePersonnelRecord,
  decodeStatusRecord,
  Topic,
  type StoredRecord,
  type TopicName,
} from '#event-log';
import type {
  ProjectionState,
  ProjectionStore,
  ReceivedContactEvent,
  ReceivedDirectory,
  ReceivedStatusEvent,
} from '#store';
import type { Logger, Metrics, Tracing } from '#telemetry';
import { ContactProjection, type KnownContact } from './contacts/contact-projection.js';
import { DeadLetterTopicProjection } from './topics/dead-letter-topic-projection.js';
import { DirectoryProjection } from './topics/directory-projection.js';
import { EventTopicProjection, type Decoded, type EventProjection } from './topics/event-topic-projection.js';
import { MAX_BATCH_DEAD_LETTERS, MAX_BATCH_DIRECTORIES, MAX_BATCH_RECORDS } from './runner/batch-limits.js';
import { Projector } from './runner/projector.js';
import type { ProjectorParts } from './runner/projector-parts.js';
import { StatusProjection } from './statuses/status-projection.js';
import { TimelineCache } from './statuses/timeline-cache.js';
import { WeightedCache } from './memory/weighted-cache.js';

/** Most events in all cached timelines together, and in all cached contacts: about 100 MB each. */
export const CACHED_EVENTS = 500_000;

export interface ProjectorSettings {
  readonly log: ProjectorParts['log'];
  readonly store: ProjectionStore;
  readonly rules: PairingRules;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly tracing?: Tracing | undefined;
  /** Called with a topic whenever the state of its projection changes. */
  readonly onState?: (topic: TopicName, state: ProjectionState, partitions: readonly number[]) => void;
}

/** One projector for each topic. */
export function createProjectors({ rules, onState, ...parts }: ProjectorSettings): Projector[] {
  return topicProjections(parts.store, rules).map(
    (projection) =>
      new Projector({
        ...parts,
        ...projection,
        onState: onState && ((...state) => onState(projection.topic, ...state)),
      }),
  );
}

/** Increase it when the same events lead to other rows: stores made before are then refused. */
const PROJECTION_VERSION = 1;

/** Everything that rows depend on besides the events, as a text that is stored with the positions. */
export function rulesText({ stateMaxAgeMs }: PairingRules): string {
  return `projection ${PROJECTION_VERSION}, STATE_MAX_AGE_SECONDS=${stateMaxAgeMs / 1000}`;
}

/** The projection of each topic, with caches of its own. */
export function topicProjections(store: ProjectionStore, rules: PairingRules) {
  const status = new StatusProjection(store, new TimelineCache(CACHED_EVENTS), rules);
  const contacts = new ContactProjection(
    store,
    new WeightedCache<KnownContact>(CACHED_EVENTS, (steps) => steps.length + 1),
  );
  const directories = new DirectoryProjection();
  const made = { rules: rulesText(rules) };
  const topics = [
    eventTopic({
      topic: Topic.status,
      type: 'status',
      decode: receivedStatus,
      actionTimeOf: ({ actionTime }) => actionTime,
      project: (events) => status.project(events),
      forget: () => status.forget(),
    }),
    eventTopic({
      topic: Topic.contact,
      type: 'contact',
      decode: receivedContact,
      actionTimeOf: ({ actionTime }) => actionTime,
      project: (events) => contacts.project(events),
      forget: () => contacts.forget(),
    }),
    eventTopic(
      {
        topic: Topic.personnel,
        type: 'personnel',
        decode: receivedDirectory,
        project: (received) => directories.project(received),
        forget: () => directories.forget(),
      },
      MAX_BATCH_DIRECTORIES,
    ),
    {
      topic: Topic.deadLetter,
      type: 'dead_letter',
      projection: new DeadLetterTopicProjection(),
      maxBatchRecords: MAX_BATCH_DEAD_LETTERS,
    },
  ];
  return topics.map((topic) => ({ ...topic, ...made }));
}

function eventTopic<Event extends ReceivedDirectory | ReceivedStatusEvent | ReceivedContactEvent>(
  events: EventProjection<Event>,
  maxBatchRecords = MAX_BATCH_RECORDS,
) {
  const { topic, type } = events;
  return { topic, type, projection: new EventTopicProjection(events), maxBatchRecords };
}

// Fields are copied one by one: spreading each event into a new object costs several times as much.
function receivedStatus(record: StoredRecord, position: number): Decoded<ReceivedStatusEvent> {
  const { event: reported, receivedAt, origin } = decodeStatusRecord(record.value);
  const { systemId, workerId, groupId, stateCode, stateName, actionTime, action } = reported;
  const event = {
    systemId,
    workerId,
    groupId,
    stateCode,
    stateName,
    actionTime,
    action,
    receivedAt,
    position,
  };
  return { event, origin };
}

function receivedContact(record: StoredRecord, position: number): Decoded<ReceivedContactEvent> {
  const { event: reported, receivedAt, origin } = decodeContactRecord(record.value);
  const { systemId, contactId, groupId, actionTime, action, workerId, customerId, channelType } = reported;
  const event = {
    systemId,
    contactId,
    groupId,
    actionTime,
    action,
    workerId,
    customerId,
    channelType,
    receivedAt,
    position,
  };
  return { event, origin };
}

function receivedDirectory(record: StoredRecord, position: number): Decoded<ReceivedDirectory> {
  const { systemId, receivedAt, directory, origin } = decodePersonnelRecord(record.value);
  return { event: { systemId, receivedAt, directory, position }, origin };
}
