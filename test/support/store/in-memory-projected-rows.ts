import {
  contactKey,
  figuresOf,
  groupsOf,
  timelineKey,
  type ContactId,
  type Leg,
  type TimelineId,
} from '#domain';
import type {
  LegRow,
  ProjectedRows,
} from '../../../libs/store/src/projection/contract/projection-store-under-test.js';
import type { InMemoryProjectionStore } from './in-memory-projection-store.js';

const of =
  (system: string) =>
  ({ systemId }: { readonly systemId: string }) =>
    systemId === system;

/** @param store the present one, if it is exchanged. */
export function inMemoryProjectedRows(store: () => InMemoryProjectionStore): ProjectedRows {
  return {
    intervals: async (timeline: TimelineId) => store().intervals(timelineKey(timeline)),
    anomalies: async (timeline: TimelineId) => store().anomalies(timelineKey(timeline)),
    legs: async (contact: ContactId) => store().legs(contactKey(contact), 'legs').map(legRow),
    answeredLegs: async (contact: ContactId) =>
      store()
        .legs(contactKey(contact), 'answeredLegs')
        .map((leg) => ({ ...legRow(leg), workerId: leg.answer!.workerId, answered: leg.answer!.at })),
    contactAnomalies: async (contact: ContactId) => store().contactAnomalies(contactKey(contact)),
    contactGroups: async (systemId) => store().contactGroups(systemId),
    directory: async (systemId) => {
      const inForce = store().directory(systemId);
      if (inForce === undefined) return undefined;
      const { services, agents = [] } = inForce.directory;
      return {
        ...inForce,
        services: Object.fromEntries(
          services.flatMap(({ id, serviceGroups = [] }) => serviceGroups.map((group) => [group.id, id])),
        ),
        agentGroups: Object.fromEntries(agents.map((agent) => [agent.id, [...groupsOf(agent)].sort()])),
      };
    },
    deadLetters: async (systemId) => store().deadLetters().filter(of(systemId)),
    deadLetterResends: async (systemId) => store().deadLetterResends().filter(of(systemId)),
    activity: async (systemId) => store().activity().filter(of(systemId)),
    receipts: async (systemId) => store().receipts().filter(of(systemId)),
  };
}

function legRow(leg: Leg): LegRow {
  const { begin, groupId, begunBy, begunByWorker } = leg;
  return { begin, groupId, begunBy, begunByWorker, outcome: figuresOf(leg).outcome };
}
