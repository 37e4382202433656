import type { EndedBy } from '#domain';
import type { ReceivedStatusEvent } from '../projection/projection-store.js';
import type { Asker } from '../questions/asker.js';

/** One agent and a period `[start, end)` in milliseconds since the Unix epoch. */
export interface AgentHistoryQuery {
  readonly systemIds: readonly string[];
  readonly agentId: string;
  readonly start: number;
  readonly end: number;
}

/** Intervals, events or legs of one answer, at most. */
export const MAX_HISTORY_ROWS = 10_000;

/** An interval as the store has it, and as answers are made from. Times in milliseconds since the Unix epoch. */
export interface StoredInterval {
  readonly systemId: string;
  /** Empty for none. */
  readonly groupId: string;
  readonly start: number;
  readonly end: number | null;
  readonly stateCode: string;
  readonly stateName: string;
  readonly endedBy: EndedBy;
}

/** A finished session of an agent in a system, as `agentLoginData` tells it. */
export interface AgentSession {
  readonly systemId: string;
  readonly loginDate: string;
  readonly logoutDate: string;
  /** Milliseconds. */
  readonly duration: number;
}

/** A leg that the agent answered. Times in milliseconds since the Unix epoch. */
export interface AgentLeg {
  readonly systemId: string;
  readonly contactId: string;
  readonly groupId: string;
  readonly begin: number;
  readonly answered: number;
  /** `null` while it has not ended, or if its end was lost. */
  readonly ended: number | null;
  readonly outcome: string;
  readonly channelType: string;
}

/** There is more than {@link MAX_HISTORY_ROWS} in the period. */
export class HistoryTooLongError extends Error {
  override readonly name = 'HistoryTooLongError';
}

/** What the operators' methods need of the store to tell why an agent's answers are what they are. */
export interface AgentHistoryStore {
  /** The same store as somebody asks it; see `QueryStore`. */
  askedBy(asker: Asker): AgentHistoryStore;

  /** The systems that an agent without a stated system is looked for in, of those that are permitted. */
  knownSystems(permitted: readonly string[] | undefined): Promise<string[]>;

  /**
   * The intervals that have a part in the period: those that begin in it (unterminated ones too), those that began before it
   * and last into it, and those of no length at its very end; besides, those that end at its very beginning, so that it can be
   * told what their exits are of. By system, group, start, end and code.
   *
   * @throws HistoryTooLongError
   */
  intervals(query: AgentHistoryQuery): Promise<StoredInterval[]>;

  /**
   * The raw events of the agent in the period, its end included, and at the given instants besides, in their order on each
   * timeline.
   *
   * @throws HistoryTooLongError
   */
  events(query: AgentHistoryQuery, instants: readonly number[]): Promise<ReceivedStatusEvent[]>;

  /** The first instant after the period at which each timeline of the agent enters a state. */
  nextEnters(query: AgentHistoryQuery): Promise<{ systemId: string; groupId: string; at: number }[]>;

  /** What `agentLoginData` answers for the period. */
  sessions(query: AgentHistoryQuery): Promise<AgentSession[]>;

  /**
   * Legs whose talk has a part in the period, by system, time of the answer and contact.
   *
   * @throws HistoryTooLongError
   */
  legs(query: AgentHistoryQuery): Promise<AgentLeg[]>;
}
