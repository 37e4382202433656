import { DAY_MS } from '#domain';
import type { Asker } from '../questions/asker.js';

/** Which systems are asked for, and the period `[from, to)` of what is counted by time, in milliseconds since the epoch. */
export interface SystemsQuery {
  /** All, up to {@link MAX_LISTED_SYSTEMS}, unless given. */
  readonly systemId?: string;
  readonly from: number;
  readonly to: number;
  readonly now: number;
}

/** Systems that one answer tells of at most. */
export const MAX_LISTED_SYSTEMS = 1_000;
/** Unmapped agents that are named for each system. */
export const MAX_SAMPLED_AGENTS = 20;
/** The accounting reaches back so many days, or as many as events are kept if that is less. */
export const ACCOUNTED_DAYS = 31;
/** A system is silent if nothing came from it for so long, at a time at which something used to come. */
export const SILENT_AFTER_MS = 15 * 60_000;
/** So many of the last weeks are looked at to tell whether something used to come. */
export const WEEKS_LOOKED_BACK = 4;
/** In so many of them at least it has to have come. */
export const WEEKS_HEARD = 2;
/** Agents who were at work within this time are looked up in the directory for the gauge. */
export const UNMAPPED_WITHIN_MS = DAY_MS;

/** What became of all that receivers took of a system: see `docs/metrics.md`. */
export interface SystemAccount {
  readonly received: number;
  readonly stored: number;
  readonly repeats: number;
  readonly deadLettered: number;
  /** Numbers that are in the log as far as their receiver knew, and that no projector has met. */
  readonly unaccounted: number;
  /** Stored events whose record came again under the same number: harmless. */
  readonly redelivered: number;
}

/** How a system stands. */
export interface SystemFigures extends SystemAccount {
  readonly systemId: string;
  /** In whole seconds since the Unix epoch; `null` if never. */
  readonly lastReceivedAt: number | null;
  readonly lastActionTime: number | null;
  readonly silent: boolean;
  /** Agents at work in the period whom the system's directory does not know; `null` if it has none. */
  readonly unmappedAgents: { readonly count: number; readonly sample: readonly string[] } | null;
  readonly exitsWithoutEnter: number;
  readonly lostExits: number;
  readonly contradictingEnters: number;
  readonly contactAnomalies: Readonly<Record<string, number>>;
  readonly deadLettersByReason: Readonly<Record<string, number>>;
}

/** The figures of all systems together, for metrics. */
export interface SystemTotals {
  readonly unaccountedEvents: number;
  readonly unreconciledSystems: number;
  readonly silentSystems: number;
  readonly unmappedAgents: number;
}

/** What operators ask about systems. Everything is bounded, whatever there is in the store. */
export interface SystemsStore {
  /** The same store as somebody asks it; see `QueryStore`. */
  askedBy(asker: Asker): SystemsStore;

  /** In the order of their ids, as UTF-8 bytes. */
  figures(query: SystemsQuery): Promise<readonly SystemFigures[]>;

  totals(now: number): Promise<SystemTotals>;
}
