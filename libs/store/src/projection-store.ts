import type { Anomaly, Interval, StatusEvent, TimelineHead, TimelineId } from '#domain';

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

type Of<T> = T & { readonly timeline: TimelineId; readonly version: number };

/** Everything that a batch of events changes, to be written as one step of the projection. */
export interface ProjectionChanges {
  readonly intervals: readonly Of<{ readonly interval: Interval }>[];
  readonly anomalies: readonly Of<{ readonly anomaly: Anomaly; readonly deleted: boolean }>[];
  readonly heads: readonly Of<{ readonly head: TimelineHead }>[];
  readonly events: readonly ReceivedStatusEvent[];
  readonly deadLetters: readonly DeadLetterRow[];
  readonly systems: readonly { readonly systemId: string; readonly receivedAt: number }[];
}

/**
 * What a projector needs of the store. What an implementer must guarantee:
 *
 * - **Idempotence.** Rows have an identity and a version; of one identity, the row of the highest version is
 *   read, whatever the order and repetition of the writes.
 * - **Durability.** When `write` resolves, all rows survive a power cut. When it rejects, any part of them may
 *   have been written; the caller writes the same changes again.
 * - **Order within `write`.** Events last: an event that is read back has all that was projected from it beside it.
 */
export interface ProjectionStore {
  /** Whether no event was ever written: then nothing needs to be looked up. */
  isEmpty(): Promise<boolean>;

  /** The heads of those of the timelines that exist, by {@link timelineKey}. */
  heads(ids: readonly TimelineId[]): Promise<Map<string, TimelineHead>>;

  /**
   * The events of the timelines with `from ≤ actionTime ≤ to` (milliseconds; infinite for no border), by
   * {@link timelineKey}, distinct and ordered as `distinctEvents` gives them. Timelines without any are left out.
   */
  events(ids: readonly TimelineId[], from: number, to: number): Promise<Map<string, ReceivedStatusEvent[]>>;

  write(changes: ProjectionChanges): Promise<void>;
}
