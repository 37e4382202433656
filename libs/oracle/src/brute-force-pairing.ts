import { compareBytes } from './byte-order.js';

/*
 * The oracle for timelines. It spells out the rules of pairing, one by one and as plainly as possible, to check the
 * service's own implementation against. It must not share code with the service, since nobody would notice a shared
 * mistake.
 */

/** One status event of a timeline, as far as pairing is concerned. */
export interface StatusEventLike {
  readonly stateCode: string;
  readonly stateName: string;
  /** Milliseconds since the Unix epoch. */
  readonly actionTime: number;
  readonly action: 'enter' | 'exit';
}

/** How the end of an interval is known. Only `unknown` (unterminated) and `open` intervals have no end. */
export type EndedBy = 'exit' | 'next_enter' | 'superseded' | 'unknown' | 'open';

/** One stay in one state; times in milliseconds since the Unix epoch. */
export interface PairedInterval {
  readonly stateCode: string;
  readonly stateName: string;
  readonly start: number;
  readonly end: number | null;
  readonly endedBy: EndedBy;
}

/** A defect of the events: the instant that revealed it, and the state concerned. */
export interface PairingAnomaly {
  readonly kind: 'lost_exit' | 'contradicting_enters' | 'orphan_exit';
  readonly at: number;
  readonly stateCode: string;
}

export interface Pairing {
  /** Ordered by start, then by code (UTF-8 bytes). */
  readonly intervals: PairedInterval[];
  /** Ordered by instant, then by the rule that found it, then by code (UTF-8 bytes). */
  readonly anomalies: PairingAnomaly[];
}

export interface PairingRules {
  /** The longest time after which an enter may still end the state before it. */
  readonly stateMaxAgeMs: number;
}

/**
 * Pairs the events of one timeline into intervals.
 *
 * @param events the events of one timeline in any order, repeats included.
 */
export function pairByBruteForce(events: readonly StatusEventLike[], rules: PairingRules): Pairing {
  const intervals: PairedInterval[] = [];
  const anomalies: PairingAnomaly[] = [];
  let open: PairedInterval | null = null;

  for (const [t, eventsAtT] of instants(events)) {
    const entered = codesOf(eventsAtT, 'enter');
    const exited = codesOf(eventsAtT, 'exit');
    const nameOf = (code: string): string => greatestName(eventsAtT, code);

    // Rule 1: the open state is exited.
    if (open !== null && exited.has(open.stateCode)) {
      intervals.push({ ...open, end: t, endedBy: 'exit' });
      exited.delete(open.stateCode);
      open = null;
    }

    // Rule 2: the open state was not exited, yet another is entered.
    if (open !== null && entered.size > 0) {
      if (t - open.start <= rules.stateMaxAgeMs) intervals.push({ ...open, end: t, endedBy: 'next_enter' });
      else intervals.push({ ...open, end: null, endedBy: 'unknown' });
      anomalies.push({ kind: 'lost_exit', at: t, stateCode: open.stateCode });
      open = null;
    }

    // Rule 3: a visit shorter than the clock's resolution.
    for (const code of codesInBoth(entered, exited)) {
      intervals.push({ stateCode: code, stateName: nameOf(code), start: t, end: t, endedBy: 'exit' });
      entered.delete(code);
      exited.delete(code);
    }

    // Rule 4: a single remaining code is the new open state; of several, the one whose own exit comes first.
    const [winner, ...losers] = bySoonestExit(entered, events, t);
    if (winner !== undefined) {
      open = { stateCode: winner, stateName: nameOf(winner), start: t, end: null, endedBy: 'open' };
    }
    for (const code of losers) {
      intervals.push({ stateCode: code, stateName: nameOf(code), start: t, end: t, endedBy: 'superseded' });
    }
    if (winner !== undefined && losers.length > 0) {
      anomalies.push({ kind: 'contradicting_enters', at: t, stateCode: winner });
    }

    // Rule 5: a remaining exit has lost its enter.
    for (const code of [...exited].sort(compareBytes)) {
      anomalies.push({ kind: 'orphan_exit', at: t, stateCode: code });
    }
  }

  if (open !== null) intervals.push(open);
  return { intervals: intervals.sort(byStartThenCode), anomalies };
}

/** The events grouped by instant, in ascending order of the instants. */
function instants(events: readonly StatusEventLike[]): [instant: number, events: StatusEventLike[]][] {
  const groups = new Map<number, StatusEventLike[]>();
  for (const event of events) {
    const group = groups.get(event.actionTime);
    if (group === undefined) groups.set(event.actionTime, [event]);
    else group.push(event);
  }
  return [...groups].sort(([a], [b]) => a - b);
}

function codesOf(events: readonly StatusEventLike[], action: 'enter' | 'exit'): Set<string> {
  return new Set(events.filter((event) => event.action === action).map((event) => event.stateCode));
}

function codesInBoth(entered: ReadonlySet<string>, exited: ReadonlySet<string>): string[] {
  return [...entered].filter((code) => exited.has(code));
}

/** The name that counts if repeats of an enter event disagree. */
function greatestName(eventsAtInstant: readonly StatusEventLike[], code: string): string {
  const names = eventsAtInstant
    .filter((event) => event.action === 'enter' && event.stateCode === code)
    .map((event) => event.stateName);
  return names.sort(compareBytes)[names.length - 1]!;
}

/** Codes by their own next exit after `t` (never comes last), equal ones by code. */
function bySoonestExit(codes: ReadonlySet<string>, events: readonly StatusEventLike[], t: number): string[] {
  if (codes.size < 2) return [...codes];
  const exitAt = new Map([...codes].map((code) => [code, nextExit(code, events, t)]));
  return [...codes].sort((a, b) => {
    if (exitAt.get(a)! < exitAt.get(b)!) return -1;
    if (exitAt.get(a)! > exitAt.get(b)!) return 1;
    return compareBytes(a, b);
  });
}

function nextExit(code: string, events: readonly StatusEventLike[], t: number): number {
  return events
    .filter((event) => event.action === 'exit' && event.stateCode === code && event.actionTime > t)
    .reduce((soonest, event) => Math.min(soonest, event.actionTime), Infinity);
}

function byStartThenCode(a: PairedInterval, b: PairedInterval): number {
  return a.start - b.start || compareBytes(a.stateCode, b.stateCode);
}
