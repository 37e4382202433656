import type { NewRecord } from '#event-log';
import type { AgentHistoryStore, AnomalyStore, DeadLetterStore, StoreAudits, SystemsStore } from '#store';
import type { Logger, Metrics } from '#telemetry';

/** Injection tokens of the dependencies of the operators' controllers. */
export const DEAD_LETTERS = Symbol('DeadLetterStore');
export const ANOMALIES = Symbol('AnomalyStore');
export const AGENT_HISTORY = Symbol('AgentHistoryStore');
export const AUDITS = Symbol('Audits');
export const SYSTEMS_STORE = Symbol('SystemsStore');
export const OPS_LIMITS = Symbol('OpsLimits');
/** The clock, in milliseconds since the Unix epoch. */
export const OPS_CLOCK = Symbol('OpsClock');

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body arrives as {@link ReceivedBody}, whatever its content type. */
    anyBody?: true;
  }
}

/** The body of a request as received. */
export interface ReceivedBody {
  /** The whole body, or its beginning if it was too large. */
  readonly bytes: Buffer;
  readonly size: number;
  readonly tooLarge: boolean;
}

/** Why a body is not accepted as an event. */
export interface Refusal {
  readonly reason: string;
  readonly field: string;
  readonly message: string;
  readonly description: string;
}

/** The reason of a refusal that is due to the key, not to the event. */
export const NOT_PERMITTED = 'forbidden_system';

/**
 * Writes resent dead letters to the log. Both methods reject with `LogUnavailableError` if nothing can be stored
 * durably.
 */
export interface Resubmitting {
  /**
   * Validates a body as a post of that type; resolves once it is durable as an event, or with the reason why not.
   *
   * @param systems those whose events are accepted, all if `undefined`; others are refused as {@link NOT_PERMITTED}.
   */
  submit(
    type: 'status' | 'contact',
    body: ReceivedBody,
    systems: readonly string[] | undefined,
  ): Promise<Refusal | undefined>;

  /** Appends a record to the topic of dead letters. */
  mark(record: NewRecord): Promise<void>;
}

/** Limits that explanations of dead letters mention. */
export interface OpsLimits {
  readonly maxClockSkewSeconds: number;
  readonly retentionDays: number;
}

/** Audits of the store that answers come from. */
export type Audits = Pick<StoreAudits, 'run'>;

export interface OpsPorts {
  readonly deadLetters: DeadLetterStore;
  readonly anomalies: AnomalyStore;
  readonly history: AgentHistoryStore;
  readonly audits: Audits;
  readonly systems: SystemsStore;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** `undefined` if this process has no log to write to. */
  readonly resubmitting: Resubmitting | undefined;
  readonly limits: OpsLimits;
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now?: () => number;
}
