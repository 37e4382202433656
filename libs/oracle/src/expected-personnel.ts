import { groupIdsOf, servicesOf } from './directory.js';
import type { Directory, DirectoryAgent, DirectoryService } from './directory.js';

/** The answer to `personnel` (spec 3.1.2.3). */
export interface PersonnelAnswer {
  readonly services: readonly DirectoryService[];
  readonly agents?: readonly DirectoryAgent[];
}

/**
 * The exact answer to `personnel`, its members in the order of the spec's example; without agents who have no group.
 */
export function expectedPersonnel(directory: Directory, systemId: string): PersonnelAnswer {
  return {
    services: servicesOf(directory, systemId),
    ...(directory.agents === undefined
      ? {}
      : { agents: directory.agents.filter((agent) => groupIdsOf(agent).length > 0) }),
  };
}
