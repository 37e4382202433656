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

/** An event as it is kept: with when it was first received, and where in the log that was. */
export interface ReceivedStatusEvent extends StatusEvent {
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  /** Position in the log of the first record that reported it; positions of one timeline are comparable. */
  readonly position: number;
}

/** A request that the receiver could not accept as an event, as it is kept. */
export interface DeadLetterRow {
  /** Unique and stable: derived from the position in the log. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly receivedAt: number;
  /** What it was meant to be: `status`, `contact`, … */
  readonly type: string;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly description: string;
  /** The sending system where it could be read, else empty. */
  readonly systemId: string;
  readonly remoteAddress: string;
  /** Size of the whole body, of which `bodyBase64` may hold only the beginning. */
  readonly bodyBytes: number;
  readonly bodyBase64: string;
}

/** An attempt to send a dead letter again, as it is kept. Times in milliseconds since the Unix epoch. */
export interface DeadLetterResendRow {
  readonly resendId: string;
  readonly letterId: string;
  readonly letterReceivedAt: number;
  readonly systemId: string;
  readonly resentAt: number;
  readonly resentBy: string;
  readonly corrected: boolean;
  /** `accepted` or `rejected`; the next four say why it was rejected, else they are empty. */
  readonly outcome: string;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly description: string;
}

/** A contact event as it is kept; see {@link ReceivedStatusEvent}. */
export interface ReceivedContactEvent extends ContactEvent {
  readonly receivedAt: number;
  readonly position: number;
}

/** A system's directory as it is kept; see {@link ReceivedStatusEvent}. Of several, the last in the log is in force. */
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
  /** Whether the events no longer tell it. */
  readonly deleted: boolean;
};

/** How far a store has come in one partition of a log: it has everything before `offset`. */
export interface ProjectedPosition {
  readonly topic: string;
  readonly partition: number;
  /** The identity of the topic's history that the offset is one of. */
  readonly logId: string;
  /** The offset of the next record to project. */
  readonly offset: number;
  /** Recognises the record before `offset`: of another history it differs, though offsets and identity may be the same. */
  readonly lastRecord: string;
  /** What became of the records so far, as the projector writes it. */
  readonly metadata: string;
  /** The rules that the projection was made by: with others, rows would contradict each other. */
  readonly rules: string;
}

/** Everything that a batch of events changes, to be written as one step of the projection. */
export interface ProjectionChanges {
  readonly intervals: readonly Of<{ readonly interval: Interval }>[];
  readonly anomalies: readonly Of<{ readonly anomaly: Anomaly; readonly deleted: boolean }>[];
  readonly heads: readonly Of<{ readonly head: TimelineHead }>[];
  readonly events: readonly ReceivedStatusEvent[];
  readonly legs: readonly OfContact<{ readonly leg: Leg }>[];
  /** The legs as their agents have them: those with an answer, identified by it too. */
  readonly answeredLegs: readonly OfContact<{ readonly leg: Leg }>[];
  readonly contactAnomalies: readonly OfContact<{ readonly anomaly: ContactAnomaly }>[];
  readonly contactEvents: readonly ReceivedContactEvent[];
  /** Groups that contacts have come to, so that they are known from then on. */
  readonly contactGroups: readonly { readonly systemId: string; readonly groupId: string }[];
  readonly directories: readonly ReceivedDirectory[];
  readonly deadLetters: readonly DeadLetterRow[];
  readonly deadLetterResends: readonly DeadLetterResendRow[];
  readonly systems: readonly { readonly systemId: string; readonly receivedAt: number }[];
  readonly activity: readonly ActivityRow[];
  readonly receipts: readonly ReceiptRow[];
  /** Where the store is once all of this is written. */
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
 * What a projector needs of the store. What an implementer must guarantee:
 *
 * - **Idempotence.** Rows have an identity and a version; of one identity, the row of the highest version is
 *   read, whatever the order and repetition of the writes.
 * - **Durability.** When `write` resolves, all rows survive a power cut. When it rejects, any part of them may
 *   have been written; the caller writes the same changes again.
 * - **Order within `write`.** Events last: an event that is read back has all that was projected from it beside it.
 *   A directory is in force only once all that is in it can be read. Receipts after all else: what they tell of is there.
 *   Positions behind everything, receipts included: they promise that all before them is kept.
 */
export interface ProjectionStore extends TimelineProjectionStore, ContactProjectionStore {
  write(changes: ProjectionChanges): Promise<void>;

  /**
   * The greatest position of each partition of the topic that was written, of each log that one was written of; none of a
   * partition that never had one.
   */
  positions(topic: string): Promise<readonly ProjectedPosition[]>;

  /**
   * The greatest positions that a write was begun towards, of each partition of the topic and each log, where the implementer
   * remembers them: after a write that did not end, rows up to there may be kept, though `positions` does not say so. What is
   * remembered is durable before any row of the write is.
   */
  begunWrites(topic: string): Promise<readonly ProjectedPosition[]>;

  /**
   * What keeps the store from being projected to as it is, in words that name the way out: a rebuild that was broken off
   * while it exchanged tables, say. `undefined` if nothing does.
   */
  obstacle(): Promise<string | undefined>;
}

/** What is read back to correct timelines. */
export interface TimelineProjectionStore {
  /** Whether no event was ever written: then nothing needs to be looked up. */
  isEmpty(): Promise<boolean>;

  /** The heads of those of the timelines that exist, by {@link timelineKey}. */
  heads(ids: readonly TimelineId[]): Promise<Map<string, TimelineHead>>;

  /**
   * The events of the timelines with `from ≤ actionTime ≤ to` (milliseconds; infinite for no border), by
   * {@link timelineKey}, distinct and ordered as `distinctEvents` gives them. Timelines without any are left out.
   */
  events(ids: readonly TimelineId[], from: number, to: number): Promise<Map<string, ReceivedStatusEvent[]>>;
}

/** What is read back to correct contacts. */
export interface ContactProjectionStore {
  /** Whether no contact event was ever written: then nothing needs to be looked up. */
  hasNoContacts(): Promise<boolean>;

  /** All events of the contacts, by {@link contactKey}, distinct and ordered as `distinctSteps` gives them. */
  contactEvents(ids: readonly ContactId[]): Promise<Map<string, ReceivedContactEvent[]>>;
}
