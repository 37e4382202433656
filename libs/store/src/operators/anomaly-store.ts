import type { AnomalyKind, ContactAnomalyKind } from '#domain';
import type { ReceivedContactEvent, ReceivedStatusEvent } from '../projection/projection-store.js';
import type { Asker } from '../questions/asker.js';

export const ANOMALY_KINDS = [
  'lost_exit',
  'orphan_exit',
  'contradicting_enters',
] as const satisfies AnomalyKind[];
export const CONTACT_ANOMALY_KINDS = ['lost_end', 'orphan_step'] as const satisfies ContactAnomalyKind[];

/** Which anomalies to find; `undefined` fields match any. Times in milliseconds since the Unix epoch. */
export interface AnomalyFilter {
  /** The systems that the asker may see; all if `undefined`. */
  readonly systems: readonly string[] | undefined;
  readonly systemId: string | undefined;
  readonly kind: AnomalyKind | ContactAnomalyKind | undefined;
  /** The agent in whose timeline, or step of a contact, it shows. */
  readonly agentId: string | undefined;
  /** The contact in which it shows; anomalies of timelines are then left out. */
  readonly contactId: string | undefined;
  /** Showing at this time or later. */
  readonly from: number | undefined;
  /** Showing before this time. */
  readonly to: number | undefined;
}

/**
 * An anomaly of a timeline or of a contact. All fields together identify it. `contactId` and `action` are empty for a
 * timeline, `stateCode` is empty for a contact.
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

/** Maximum raw events listed on either side of an anomaly's instant, besides those at that instant. */
export const EVENTS_AROUND = 5;
/** Maximum raw events listed at an anomaly's very instant. */
export const EVENTS_AT_INSTANT = 50;

/** What the operators' methods need of the store to show anomalies. Values are only ever bound as values. */
export interface AnomalyStore {
  /** The same store for one asker; see `QueryStore`. */
  askedBy(asker: Asker): AnomalyStore;

  /**
   * Newest first; within one instant, in descending order of their identity.
   *
   * @param after the anomaly after which to continue.
   */
  anomalies(filter: AnomalyFilter, after: ListedAnomaly | undefined, limit: number): Promise<ListedAnomaly[]>;

  /** The raw events of the anomaly's timeline around its instant, in order. */
  statusEventsAround(anomaly: ListedAnomaly): Promise<ReceivedStatusEvent[]>;

  /** The raw events of the anomaly's contact around its instant, in order. */
  contactEventsAround(anomaly: ListedAnomaly): Promise<ReceivedContactEvent[]>;
}
