import type { Asker } from '../questions/asker.js';

/** A period `[start, end)` in milliseconds since the Unix epoch, and the requested agents. */
export interface PeriodQuery {
  readonly systemId: string;
  readonly start: number;
  readonly end: number;
  /** Without repeats. */
  readonly agentIds: readonly string[];
}

/** A period as in {@link PeriodQuery}, the requested groups, and the step of the statistics. */
export interface GroupPeriodQuery {
  readonly systemId: string;
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
  /** Without repeats. */
  readonly groupIds: readonly string[];
}

/** The requested groups, and the time of the request in milliseconds since the Unix epoch. */
export interface GroupsNowQuery {
  readonly systemId: string;
  readonly now: number;
  /** Without repeats. */
  readonly groupIds: readonly string[];
}

/**
 * An answer as pieces of JSON text that together are its objects, separated by commas. If there is no data there are no
 * pieces. Pieces are made as they are taken, so memory does not grow with the answer.
 */
export type JsonPieces = AsyncIterable<Buffer>;

/**
 * What the query controllers need of the store. Implementers must guarantee the rules and the order of
 * `docs/semantics.md` 3, and the same bytes for the same request over the same events; values of a request are only
 * ever bound as values. Methods reject, and answers break off, with `TooManyQuestionsError` if too much is under way
 * for an asker, and with `QuestionAbandonedError` once an asker's signal is aborted.
 */
export interface QueryStore {
  /** The same store for one asker. Without an asker the service itself asks. */
  askedBy(asker: Asker): QueryStore;

  /** Intervals with a known end whose start or end falls within the period (spec 3.3). */
  agentStatusData(query: PeriodQuery): JsonPieces;

  /** Finished sessions whose login or logout falls within the period (spec 3.4). */
  agentLoginData(query: PeriodQuery): JsonPieces;

  /** What groups received, by steps of each local day (spec 3.2). */
  serviceGroupData(query: GroupPeriodQuery): JsonPieces;

  /** Contacts that agents answered in the period and finished (spec 3.5). */
  agentCallsData(query: PeriodQuery): JsonPieces;

  /**
   * For each agent and local day, how long there was at least one chat; a running chat counts up to `now` (spec 3.6).
   */
  agentChatsWorkTime(query: PeriodQuery & { readonly now: number }): JsonPieces;

  /** What each active agent is doing at `now`, in milliseconds since the Unix epoch (spec 4.2). */
  agentStatus(query: { readonly systemId: string; readonly now: number }): JsonPieces;

  /**
   * The state of each known group at `now`, and its figures since the start of the day (spec 4.3); `undefined` if none
   * is known.
   */
  groupsOnlineLoad(query: GroupsNowQuery): Promise<Buffer | undefined>;

  /** The system's directory in force as a JSON object (spec 3.1); `undefined` before the first. */
  personnel(systemId: string): Promise<Buffer | undefined>;

  /** How many agents {@link agentStatus} would list, over all systems. */
  countActiveAgents(now: number): Promise<number>;

  /** Up to `limit` systems that ever sent anything. */
  systems(limit: number): Promise<readonly string[]>;

  /** Resolves if the store answers. */
  ping(): Promise<void>;
}
