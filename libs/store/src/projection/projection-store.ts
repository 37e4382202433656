import type {
  Anomaly,
  ContactAnomaly,
  ContactEvent,
  ContactId,
  Directory,
  Leg,
  Interval,
  StatusEvent,
  TimelineHead,
  TimelineId,
} from '#domain';
import type { ActivityRow, ReceiptRow } from './receipt-rows.js';

/** A stored event, with when it was first received and where in the log that was. */
export interface ReceivedStatusEvent extends StatusEvent {
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  /** The position in the log of the first record that reported it. Positions of one timeline are comparable. */
  readonly position: number;
}

/** A stored request that the receiver could not accept as an event. */
export interface DeadLetterRow {
  /** Unique and stable, since it is derived from the position in the log. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  /** What it was meant to be, such as `status` or `contact`. */
  readonly type: string;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly description: string;
  /** The sending system if it could be read, else empty. */
  readonly systemId: string;
  readonly remoteAddress: string;
  /** The size of the whole body, of which `bodyBase64` may hold only the beginning. */
  readonly bodyBytes: number;
  readonly bodyBase64: string;
}

/** A stored attempt to resend a dead letter. Times in milliseconds since the Unix epoch. */
export interface DeadLetterResendRow {
  readonly resendId: string;
  readonly letterId: string;
  readonly letterReceivedAt: number;
  readonly systemId: string;
  readonly resentAt: number;
  readonly resentBy: string;
  readonly corrected: boolean;
  /** `accepted` or `rejected`. The next four say why it was rejected, and are empty otherwise. */
  readonly outcome: string;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly description: string;
}

/** A stored contact event; see {@link ReceivedStatusEvent}. */
export interface ReceivedContactEvent extends ContactEvent {
  readonly receivedAt: number;
  readonly position: number;
}

/** A stored directory of a system; see {@link ReceivedStatusEvent}. The last one in the log is in force. */
export interface ReceivedDirectory {
  readonly systemId: string;
  readonly receivedAt: number;
  readonly position: number;
  readonly directory: Directory;
}

type Of<T> = T & { readonly timeline: TimelineId; readonly version: number };
type OfContact<T> = T & {
  readonly contact: ContactId;
  readonly version: number;
  /** Whether the events no longer yield it. */
  readonly deleted: boolean;
};

/** How far a store has come in one partition of a log: it has everything before `offset`. */
export interface ProjectedPosition {
  readonly topic: string;
  readonly partition: number;
  /** The identity of the topic's history to which the offset belongs. */
  readonly logId: string;
  /** The offset of the next record to project. */
  readonly offset: number;
  /**
   * A fingerprint of the record before `offset`. In another history it differs even if offsets and identity are the
   * same.
   */
  readonly lastRecord: string;
  /** What became of the records so far, as the projector writes it. */
  readonly metadata: string;
  /** The rules of the projection. Under other rules, rows would contradict each other. */
  readonly rules: string;
}

/** Everything that a batch of events changes, to be written as one step of the projection. */
export interface ProjectionChanges {
  readonly intervals: readonly Of<{ readonly interval: Interval }>[];
  readonly anomalies: readonly Of<{ readonly anomaly: Anomaly; readonly deleted: boolean }>[];
  readonly heads: readonly Of<{ readonly head: TimelineHead }>[];
  readonly events: readonly ReceivedStatusEvent[];
  readonly legs: readonly OfContact<{ readonly leg: Leg }>[];
  /** The legs that were answered, as their agents see them. The answer is part of their identity. */
  readonly answeredLegs: readonly OfContact<{ readonly leg: Leg }>[];
  readonly contactAnomalies: readonly OfContact<{ readonly anomaly: ContactAnomaly }>[];
  readonly contactEvents: readonly ReceivedContactEvent[];
  /** Groups that contacts came to, which are known from then on. */
  readonly contactGroups: readonly { readonly systemId: string; readonly groupId: string }[];
  readonly directories: readonly ReceivedDirectory[];
  readonly deadLetters: readonly DeadLetterRow[];
  readonly deadLetterResends: readonly DeadLetterResendRow[];
  readonly systems: readonly { readonly systemId: string; readonly receivedAt: number }[];
  readonly activity: readonly ActivityRow[];
  readonly receipts: readonly ReceiptRow[];
  /** How far the store is once all of this is written. */
  readonly positions: readonly ProjectedPosition[];
}

/** Changes that change nothing. */
export const NO_CHANGES: ProjectionChanges = {
  intervals: [],
  anomalies: [],
  heads: [],
  events: [],
  legs: [],
  answeredLegs: [],
  contactAnomalies: [],
  contactEvents: [],
  contactGroups: [],
  directories: [],
  deadLetters: [],
  deadLetterResends: [],
  systems: [],
  activity: [],
  receipts: [],
  positions: [],
};

/**
 * What a projector needs of the store. Implementers must guarantee:
 *
 * - **Idempotence.** Rows have an identity and a version. Of each identity the row with the highest version is read,
 *   regardless of the order and repetition of writes.
 * - **Durability.** When `write` resolves, all rows survive a power cut. When it rejects, any part of them may have
 *   been written, and the caller writes the same changes again.
 * - **Order within `write`.** Events come after what was projected from them, so an event that is read back has all of
 *   it beside it. A directory is in force only once everything in it can be looked up. Receipts follow everything that
 *   they account for. Positions come last, since they promise that everything before them is kept.
 */
export interface ProjectionStore extends TimelineProjectionStore, ContactProjectionStore {
  write(changes: ProjectionChanges): Promise<void>;

  /**
   * The greatest position written for each partition of the topic and each log. Partitions without one are left out.
   */
  positions(topic: string): Promise<readonly ProjectedPosition[]>;

  /**
   * The greatest position that a write was begun towards, for each partition of the topic and each log, if the
   * implementer remembers them. After a write that did not finish, rows up to there may be kept although `positions`
   * does not say so. The memory of a write is durable before any of its rows.
   */
  begunWrites(topic: string): Promise<readonly ProjectedPosition[]>;

  /**
   * What keeps the store from being projected to, as a message that names the way out: for example, a rebuild that was
   * interrupted while it exchanged tables. `undefined` if nothing does.
   */
  obstacle(): Promise<string | undefined>;
}

/** What is read back to correct timelines. */
export interface TimelineProjectionStore {
  /** Whether no event was ever written, so that nothing needs to be looked up. */
  isEmpty(): Promise<boolean>;

  /** The heads of those timelines that have one, by {@link timelineKey}. */
  heads(ids: readonly TimelineId[]): Promise<Map<string, TimelineHead>>;

  /**
   * The events of the timelines with `from ≤ actionTime ≤ to` (milliseconds; infinite for no bound), by {@link
   * timelineKey}, distinct and ordered as by `distinctEvents`. Timelines without events are left out.
   */
  events(ids: readonly TimelineId[], from: number, to: number): Promise<Map<string, ReceivedStatusEvent[]>>;
}

/** What is read back to correct contacts. */
export interface ContactProjectionStore {
  /** Whether no contact event was ever written, so that nothing needs to be looked up. */
  hasNoContacts(): Promise<boolean>;

  /** All events of the contacts, by {@link contactKey}, distinct and ordered as by `distinctSteps`. */
  contactEvents(ids: readonly ContactId[]): Promise<Map<string, ReceivedContactEvent[]>>;
}
