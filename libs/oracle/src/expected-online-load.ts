import type { Assignments } from './directory.js';
import { expectedAgentStatus, serviceIdOf } from './expected-answers.js';
import type { PairedTimeline } from './expected-answers.js';
import type { ServiceRules } from './service-rules.js';
import { average, byServiceThenGroup, isProcessed } from './expected-contact-answers.js';
import type { ContactLeg } from './expected-contact-answers.js';
import { dayOf, localDays } from './local-days.js';

/** An element of the answer to `groupsOnlineLoad` (spec 4.3.2.3.1). */
export interface GroupLoadEntry {
  readonly serviceId: string;
  readonly groupId: string;
  readonly callNumber: number;
  readonly operatorNumber: number;
  readonly callReceived: number;
  readonly aht: number;
  readonly acd: number;
  readonly awt: number;
  readonly callAnswered: number;
  readonly callAnsweredTst: number;
  readonly callProcessing: number;
}

/** What the load of groups depends on. */
export interface LoadFacts {
  readonly timelines: readonly PairedTimeline[];
  readonly legs: readonly ContactLeg[];
  readonly assignments: Assignments;
}

/**
 * The exact answer to `groupsOnlineLoad` at the instant `now`, in milliseconds since the Unix epoch.
 *
 * @param groupIds the requested groups, as far as they are known, each once.
 */
export function expectedGroupsOnlineLoad(
  { timelines, legs, assignments }: LoadFacts,
  groupIds: readonly string[],
  now: number,
  rules: ServiceRules,
): GroupLoadEntry[] {
  const today = dayOf(now, localDays(now, now, rules.timeZone));
  const present = expectedAgentStatus(timelines, now, rules).map(({ agentId }) => agentId);
  const counted = legs.filter((leg) => !isForgotten(leg, now, rules));
  return groupIds
    .map((groupId) => {
      const ofGroup = counted.filter((leg) => leg.groupId === groupId);
      const running = ofGroup.filter(({ outcome }) => outcome === 'running');
      const talking = running.filter(({ answered }) => answered !== null).map(({ answeredBy }) => answeredBy);
      const ready = present.filter((id) => assignments.groupsOfAgent.get(id)?.includes(groupId));
      const receivedToday = ofGroup.filter(({ received }) => today.start <= received && received < today.end);
      return {
        serviceId: serviceIdOf(groupId, assignments, rules),
        groupId,
        callNumber: running.length - talking.length,
        operatorNumber: new Set([...ready, ...talking]).size,
        ...figuresOfDay(receivedToday, rules),
        callProcessing: talking.length,
      };
    })
    .sort(byServiceThenGroup);
}

/** Whether a leg probably ended without a report of its end. */
function isForgotten({ outcome, lastTouched }: ContactLeg, now: number, rules: ServiceRules): boolean {
  const hasEnded = outcome === 'processed' || outcome === 'missed';
  return !hasEnded && now - lastTouched > rules.contactMaxAgeMs;
}

function figuresOfDay(legs: readonly ContactLeg[], { serviceLevelMs }: ServiceRules) {
  const processed = legs.filter(isProcessed);
  const waits = legs.flatMap(({ waiting }) => (waiting === null ? [] : [waiting]));
  return {
    callReceived: legs.length,
    aht: average(processed.map(({ talk }) => talk)),
    acd: legs.length === 0 ? 0 : (100 * processed.length) / legs.length,
    awt: average(waits),
    callAnswered: processed.length,
    callAnsweredTst: processed.filter(({ answered, received }) => answered - received <= serviceLevelMs)
      .length,
  };
}
