import type { Asker } from '../questions/asker.js';

/** A period `[start, end)` in milliseconds since the Unix epoch, and the agents that are asked for. */
export interface PeriodQuery {
  readonly systemId: string;
  readonly start: number;
  readonly end: number;
  /** Without repeats. */
  readonly agentIds: readonly string[];
}

/** A period as in {@link PeriodQuery}, the groups that are asked for, and the step of the statistics. */
export interface GroupPeriodQuery {
  readonly systemId: string;
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
  /** Without repeats. */
  readonly groupIds: readonly string[];
}

/** The groups that are asked for, and the time of asking, in milliseconds since the Unix epoch. */
export interface GroupsNowQuery {
  readonly systemId: string;
  readonly now: number;
  /** Without repeats. */
  readonly groupIds: readonly string[];
}

/**
 * An answer as pieces of JSON text that, put together, are its objects separated by commas. No pieces at all:
 * there is no data. Pieces are made as they are taken, so that memory does not grow with the answer.
 */
export type JsonPieces = AsyncIterable<Buffer>;

/**
 * What the query controllers need of the store. What an implementer must guarantee: the rules and the order of
 * `docs/semantics.md` 3; the same bytes for the same request over the same events; values that come with a
 * request are never read as anything but values. Methods reject, and answers break off, with `TooManyQuestionsError` where
 * too much is under way for an asker, and with `QuestionAbandonedError` once an asker's signal is aborted.
 */
export interface QueryStore {
  /** The same store as somebody asks it; without an asker it is the service itself that asks. */
  askedBy(asker: Asker): QueryStore;

  /** Intervals with a known end whose start or end falls within the period (spec 3.3). */
  agentStatusData(query: PeriodQuery): JsonPieces;

  /** Finished sessions whose login or logout falls within the period (spec 3.4). */
  agentLoginData(query: PeriodQuery): JsonPieces;

  /** What groups received, by steps of each local day (spec 3.2). */
  serviceGroupData(query: GroupPeriodQuery): JsonPieces;

  /** Contacts that agents answered in the period and finished (spec 3.5). */
  agentCallsData(query: PeriodQuery): JsonPieces;

  /** For each agent and local day, how long there was at least one chat; one that still runs counts to `now` (spec 3.6). */
  agentChatsWorkTime(query: PeriodQuery & { readonly now: number }): JsonPieces;

  /** What each active agent is doing at `now`, in milliseconds since the Unix epoch (spec 4.2). */
  agentStatus(query: { readonly systemId: string; readonly now: number }): JsonPieces;

  /** How each known group stands at `now`, and what it had since the start of the day (spec 4.3); `undefined` if none is known. */
  groupsOnlineLoad(query: GroupsNowQuery): Promise<Buffer | undefined>;

  /** The system's directory in force as a JSON object (spec 3.1); `undefined` before the first. */
  personnel(systemId: string): Promise<Buffer | undefined>;

  /** How many agents {@link agentStatus} would tell of, over all systems. */
  countActiveAgents(now: number): Promise<number>;

  /** Up to `limit` of the systems that ever sent anything. */
  systems(limit: number): Promise<readonly string[]>;

  /** Resolves if the store answers. */
  ping(): Promise<void>;
}
