import type { ContactAnomaly, ContactId, Anomaly, Interval, LegId, LegOutcome, TimelineId } from '#domain';
import type {
  DeadLetterResendRow,
  DeadLetterRow,
  ProjectionStore,
  ReceivedDirectory,
} from '../projection-store.js';
import type { ActivityRow, ReceiptRow } from '../receipt-rows.js';

/** How the contract suites of {@link ProjectionStore} get at an adapter. */
export interface ProjectionStoreUnderTest {
  /** May be called again to reopen the same store. */
  open(): Promise<ProjectionStore>;
  /** The same store for one write that fails after `steps` of its steps, of which the failing one may be kept in part. */
  failingAfter(steps: number): Promise<ProjectionStore>;
  /** What readers find; the port only writes it. */
  readonly rows: ProjectedRows;
  readonly remembersBegunWrites: boolean;
  /** Brings about an obstacle; `undefined` if the adapter never has one. */
  obstruct?(): Promise<void>;
  dispose(): Promise<void>;
}

/** A leg as answers read it: which one it is, and its outcome. */
export interface LegRow extends LegId {
  readonly outcome: LegOutcome;
}

/** A leg as its agent's answers read it. */
export interface AnsweredLegRow extends LegRow {
  readonly workerId: string;
  readonly answered: number;
}

/** A directory in force, with what answers look up in it. */
export interface DirectoryInForce extends ReceivedDirectory {
  /** The service of each group. */
  readonly services: Readonly<Record<string, string>>;
  /** The groups of each agent, in order. */
  readonly agentGroups: Readonly<Record<string, readonly string[]>>;
}

/** What readers find of what was written: deleted and replaced rows are left out. In any order. */
export interface ProjectedRows {
  intervals(timeline: TimelineId): Promise<readonly Interval[]>;
  anomalies(timeline: TimelineId): Promise<readonly Anomaly[]>;
  legs(contact: ContactId): Promise<readonly LegRow[]>;
  answeredLegs(contact: ContactId): Promise<readonly AnsweredLegRow[]>;
  contactAnomalies(contact: ContactId): Promise<readonly ContactAnomaly[]>;
  contactGroups(systemId: string): Promise<readonly string[]>;
  directory(systemId: string): Promise<DirectoryInForce | undefined>;
  deadLetters(systemId: string): Promise<readonly DeadLetterRow[]>;
  deadLetterResends(systemId: string): Promise<readonly DeadLetterResendRow[]>;
  activity(systemId: string): Promise<readonly ActivityRow[]>;
  receipts(systemId: string): Promise<readonly ReceiptRow[]>;
}
