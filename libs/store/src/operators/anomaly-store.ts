import type { AnomalyKind, ContactAnomalyKind } from '#domain';
import type { ReceivedContactEvent, ReceivedStatusEvent } from '../projection/projection-store.js';
import type { Asker } from '../questions/asker.js';

export const ANOMALY_KINDS = [
  'lost_exit',
  'orphan_exit',
  'contradicting_enters',
] as const satisfies AnomalyKind[];
export const CONTACT_ANOMALY_KINDS = ['lost_end', 'orphan_step'] as const satisfies ContactAnomalyKind[];

/** Which anomalies are asked for; what is `undefined` does not matter. Times in milliseconds since the Unix epoch. */
export interface AnomalyFilter {
  /** The systems that whoever asks may see; all if `undefined`. */
  readonly systems: readonly string[] | undefined;
  readonly systemId: string | undefined;
  readonly kind: AnomalyKind | ContactAnomalyKind | undefined;
  /** Whose timeline, or whose step of a contact, it shows in. */
  readonly agentId: string | undefined;
  /** In which contact it shows; none of a timeline then. */
  readonly contactId: string | undefined;
  /** Showing at this time or later. */
  readonly from: number | undefined;
  /** Showing before this time. */
  readonly to: number | undefined;
}

/**
 * An anomaly of a timeline or of a contact. All together identify it; what one has not is empty: `contactId` and `action`
 * are a contact's, `stateCode` is a timeline's.
 */
export interface ListedAnomaly {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly of: 'timeline' | 'contact';
  readonly systemId: string;
  readonly contactId: string;
  readonly agentId: string;
  readonly groupId: string;
  readonly kind: string;
  readonly action: string;
  readonly stateCode: string;
}

/** Raw events on either side of an anomaly's instant that are told with it, besides those at that instant. */
export const EVENTS_AROUND = 5;
/** Raw events at an anomaly's very instant that are told with it. */
export const EVENTS_AT_INSTANT = 50;

/** What the operators' methods need of the store to show anomalies. Values are never read as anything but values. */
export interface AnomalyStore {
  /** The same store as somebody asks it; see `QueryStore`. */
  askedBy(asker: Asker): AnomalyStore;

  /**
   * Newest first; of one instant, in the descending order of what identifies them.
   *
   * @param after the anomaly behind which to go on.
   */
  anomalies(filter: AnomalyFilter, after: ListedAnomaly | undefined, limit: number): Promise<ListedAnomaly[]>;

  /** The raw events of the anomaly's timeline around its instant, in their order. */
  statusEventsAround(anomaly: ListedAnomaly): Promise<ReceivedStatusEvent[]>;

  /** The raw events of the anomaly's contact around its instant, in their order. */
  contactEventsAround(anomaly: ListedAnomaly): Promise<ReceivedContactEvent[]>;
}
