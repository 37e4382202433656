import { agentProfile } from './agent-profile.js';
import type { AgentProfile, Leaving } from './agent-profile.js';
import { LOGOUT, OFFLINE } from './agent-states.js';
import { SeededRandom, type SimulatedEvent } from '#oracle';
import { shiftStays } from './shift-stays.js';
import type { Stay } from './shift-stays.js';

const DAY = 86_400_000;

/** What determines a contact centre's days completely. */
export interface ContactCentreOptions {
  readonly seed: string;
  readonly agents: number;
  readonly days: number;
  /** The instant at which the last day ends, in milliseconds since the Unix epoch. */
  readonly until: number;
}

/**
 * The true events of a contact centre, in the order in which they happen. Nothing is lost, late or repeated,
 * except that some agents' last exit of a shift is never reported: their client simply went away.
 *
 * Pure: equal options give equal events.
 */
export function simulateContactCentre(options: ContactCentreOptions): SimulatedEvent[] {
  const events: SimulatedEvent[] = [];
  const random = new SeededRandom(options.seed);
  for (let n = 1; n <= options.agents; n++) {
    const ofAgent = random.fork(`agent ${n}`);
    const profile = agentProfile(n, ofAgent);
    for (const groupId of profile.scopes) {
      for (const event of timelineEvents(profile, groupId, options, ofAgent)) events.push(event);
    }
  }
  return events.sort((a, b) => a.actionTime - b.actionTime);
}

function timelineEvents(
  profile: AgentProfile,
  groupId: string | null,
  { days, until }: ContactCentreOptions,
  random: SeededRandom,
): SimulatedEvent[] {
  const shifts: Stay[][] = [];
  for (let day = 0; day < days; day++) {
    const midnight = until - (days - day) * DAY;
    for (const { start, end } of profile.shifts) {
      const loginDelayMs = random.integer(0, 90_000);
      shifts.push(shiftStays(midnight + start + loginDelayMs, midnight + end, random));
    }
  }
  return withLeaving(shifts, profile.leaving)
    .flatMap((stay) => eventsOfStay(stay, profile, groupId))
    .filter((event) => event.actionTime <= until);
}

/** The stays of consecutive shifts, with what the platform reports of the time between them. */
function withLeaving(shifts: readonly Stay[][], leaving: Leaving): Stay[] {
  return shifts.flatMap((stays, index) => {
    const last = stays[stays.length - 1];
    if (last === undefined) return [];
    const nextLogin = shifts[index + 1]?.[0]?.start ?? Infinity;
    switch (leaving) {
      case 'offline':
        return [...stays, { state: OFFLINE, start: last.end, end: nextLogin }];
      case 'logout':
        return [...stays, { state: LOGOUT, start: last.end, end: nextLogin }];
      case 'silent':
        return stays;
      case 'vanishing':
        return [...stays.slice(0, -1), { ...last, end: Infinity }];
    }
  });
}

function eventsOfStay(stay: Stay, profile: AgentProfile, groupId: string | null): SimulatedEvent[] {
  const event = (action: 'enter' | 'exit', at: number): SimulatedEvent => ({
    workerId: profile.workerId,
    groupId,
    stateCode: stay.state.code,
    stateName: stay.state.name,
    actionTime: Math.floor(at / profile.tickMs) * profile.tickMs,
    action,
  });
  const enter = event('enter', stay.start);
  return stay.end === Infinity ? [enter] : [enter, event('exit', stay.end)];
}
