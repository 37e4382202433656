import type { ContactStep, CentreEvent } from './contact-step.js';
import { isContactStep } from './contact-step.js';
import { assignmentsOf, groupIdsOf, NO_ASSIGNMENTS, servicesOf } from './directory.js';
import type { Assignments, Directory } from './directory.js';
import { pairTimelines } from './expected-answers.js';
import type { PairedTimeline } from './expected-answers.js';
import type { ServiceRules } from './service-rules.js';
import { foldContacts } from './expected-contact-answers.js';
import type { ContactLeg } from './expected-contact-answers.js';

/** Everything that follows from the sent events; all expected answers are derived from it. */
export interface Facts {
  readonly timelines: readonly PairedTimeline[];
  readonly legs: readonly ContactLeg[];
  /** The directory in force, if any was sent. */
  readonly directory: Directory | undefined;
  readonly assignments: Assignments;
  /** Agents who have statuses, take part in contacts or are in the directory. */
  readonly agentIds: readonly string[];
  /** Groups of the directory, and of any step of a contact. */
  readonly groupIds: readonly string[];
}

/** @param directory the last one that was sent. */
export function factsOf(
  sent: readonly CentreEvent[],
  directory: Directory | undefined,
  systemId: string,
  rules: ServiceRules,
): Facts {
  const steps = sent.filter(isContactStep);
  const timelines = pairTimelines(
    sent.filter((event) => !isContactStep(event)),
    rules,
  );
  const agents = directory?.agents ?? [];
  return {
    timelines,
    legs: foldContacts(steps),
    directory,
    assignments: directory === undefined ? NO_ASSIGNMENTS : assignmentsOf(directory, systemId),
    agentIds: distinct([
      ...timelines.map(({ agentId }) => agentId),
      ...agents.map(({ id }) => id),
      ...workersOf(steps),
    ]),
    groupIds: distinct([
      ...groupsOfDirectory(directory, systemId),
      ...agents.flatMap(groupIdsOf),
      ...steps.map(({ groupId }) => groupId),
    ]),
  };
}

function workersOf(steps: readonly ContactStep[]): string[] {
  return steps.map(({ workerId }) => workerId).filter((workerId) => workerId !== '');
}

function groupsOfDirectory(directory: Directory | undefined, systemId: string): string[] {
  if (directory === undefined) return [];
  return servicesOf(directory, systemId).flatMap(({ serviceGroups = [] }) =>
    serviceGroups.map(({ id }) => id),
  );
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}
