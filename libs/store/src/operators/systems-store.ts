import { DAY_MS } from '#domain';
import type { Asker } from '../questions/asker.js';

/**
 * Which systems to report, and the period `[from, to)` of the figures counted by time, in milliseconds since the epoch.
 */
export interface SystemsQuery {
  /** All, up to {@link MAX_LISTED_SYSTEMS}, unless given. */
  readonly systemId?: string;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/** Maximum systems in one answer. */
export const MAX_LISTED_SYSTEMS = 1_000;
/** Maximum unmapped agents named for each system. */
export const MAX_SAMPLED_AGENTS = 20;
/** The accounting reaches back this many days, or as many as events are kept if that is less. */
export const ACCOUNTED_DAYS = 31;
/** A system is silent if it sent nothing for this long, at a time at which it used to send. */
export const SILENT_AFTER_MS = 15 * 60_000;
/** The number of past weeks that show whether a system used to send at this time. */
export const WEEKS_LOOKED_BACK = 4;
/** It must have sent in at least this many of them. */
export const WEEKS_HEARD = 2;
/** The gauge of unmapped agents covers those at work within this time. */
export const UNMAPPED_WITHIN_MS = DAY_MS;

/** What became of everything that receivers took from a system; see `docs/metrics.md`. */
export interface SystemAccount {
  readonly received: number;
  readonly stored: number;
  readonly repeats: number;
  readonly deadLettered: number;
  /** Numbers that are in the log as far as their receiver knew, but that no projector has seen. */
  readonly unaccounted: number;
  /** Stored events whose record came again under the same number, which is harmless. */
  readonly redelivered: number;
}

/** The state of a system. */
export interface SystemFigures extends SystemAccount {
  readonly systemId: string;
  /** In whole seconds since the Unix epoch; `null` if never. */
  readonly lastReceivedAt: number | null;
  readonly lastActionTime: number | null;
  readonly silent: boolean;
  /** Agents at work in the period who are missing from the system's directory; `null` if it has none. */
  readonly unmappedAgents: { readonly count: number; readonly sample: readonly string[] } | null;
  readonly exitsWithoutEnter: number;
  readonly lostExits: number;
  readonly contradictingEnters: number;
  readonly contactAnomalies: Readonly<Record<string, number>>;
  readonly deadLettersByReason: Readonly<Record<string, number>>;
}

/** The totals of all systems, for metrics. */
export interface SystemTotals {
  readonly unaccountedEvents: number;
  readonly unreconciledSystems: number;
  readonly silentSystems: number;
  readonly unmappedAgents: number;
}

/** What operators ask about systems. Answers are bounded regardless of what is in the store. */
export interface SystemsStore {
  /** The same store for one asker; see `QueryStore`. */
  askedBy(asker: Asker): SystemsStore;

  /** Ordered by id, as UTF-8 bytes. */
  figures(query: SystemsQuery): Promise<readonly SystemFigures[]>;

  totals(now: number): Promise<SystemTotals>;
}
