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

/** Maximum intervals, events or legs in one answer. */
export const MAX_HISTORY_ROWS = 10_000;

/** An interval as the store has it, from which answers are made. Times in milliseconds since the Unix epoch. */
export interface StoredInterval {
  readonly systemId: string;
  /** Empty if there is none. */
  readonly groupId: string;
  readonly start: number;
  readonly end: number | null;
  readonly stateCode: string;
  readonly stateName: string;
  readonly endedBy: EndedBy;
}

/** A finished session of an agent in a system, as `agentLoginData` lists it. */
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

/** The period has more than {@link MAX_HISTORY_ROWS} rows. */
export class HistoryTooLongError extends Error {
  override readonly name = 'HistoryTooLongError';
}

/** What the operators' methods need of the store to explain an agent's answers. */
export interface AgentHistoryStore {
  /** The same store for one asker; see `QueryStore`. */
  askedBy(asker: Asker): AgentHistoryStore;

  /** The permitted systems in which to look for an agent if no system is given. */
  knownSystems(permitted: readonly string[] | undefined): Promise<string[]>;

  /**
   * The intervals that touch the period: those that begin in it (unterminated ones too), those that began earlier and
   * last into it, those of no length at its very end, and those that end at its very beginning, so that their exits can
   * be explained. Ordered by system, group, start, end and code.
   *
   * @throws HistoryTooLongError
   */
  intervals(query: AgentHistoryQuery): Promise<StoredInterval[]>;

  /**
   * The raw events of the agent in the period, including its end, and at the given instants, in order on each timeline.
   *
   * @throws HistoryTooLongError
   */
  events(query: AgentHistoryQuery, instants: readonly number[]): Promise<ReceivedStatusEvent[]>;

  /** The first instant after the period at which each timeline of the agent enters a state. */
  nextEnters(query: AgentHistoryQuery): Promise<{ systemId: string; groupId: string; at: number }[]>;

  /** What `agentLoginData` answers for the period. */
  sessions(query: AgentHistoryQuery): Promise<AgentSession[]>;

  /**
   * Legs whose talk overlaps the period, ordered by system, time of the answer and contact.
   *
   * @throws HistoryTooLongError
   */
  legs(query: AgentHistoryQuery): Promise<AgentLeg[]>;
}
