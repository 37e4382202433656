import { compareBytes } from './byte-order.js';

/** A service and its groups (spec 3.1.2.3.1). */
export interface DirectoryService {
  readonly id: string;
  readonly name: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly serviceGroups?: readonly DirectoryGroup[];
}

export interface DirectoryGroup {
  readonly id: string;
  readonly name: string;
  readonly status: 'ACTIVE' | 'INACTIVE';
  readonly channelType?: 'CHATS' | 'MAILS' | 'INCOMING_CALLS' | 'OUTGOING_CALLS';
}

/** An agent and the groups whose contacts they can process (spec 3.1.2.3.2). */
export interface DirectoryAgent {
  readonly id: string;
  readonly name: string;
  readonly surname?: string;
  readonly secondName?: string;
  readonly agentNumber?: string;
  readonly loginSSO?: string | readonly string[];
  readonly agentGroups?: readonly { readonly groupId: string }[];
}

/** A personnel directory as it is sent. Without `services`, a static one contains every group. */
export interface Directory {
  readonly services?: readonly DirectoryService[];
  readonly agents?: readonly DirectoryAgent[];
}

/** The services of a directory, or the static one (spec 3.1.1), named after the system, if it states none. */
export function servicesOf(directory: Directory, systemId: string): readonly DirectoryService[] {
  if (directory.services !== undefined) return directory.services;
  const groupIds = [...new Set((directory.agents ?? []).flatMap(groupIdsOf))].sort(compareBytes);
  const serviceGroups = groupIds.map((id): DirectoryGroup => ({ id, name: id, status: 'ACTIVE' }));
  return [{ id: systemId, name: systemId, status: 'ACTIVE', serviceGroups }];
}

export function groupIdsOf({ agentGroups = [] }: DirectoryAgent): string[] {
  return agentGroups.map(({ groupId }) => groupId);
}

/** What answers need from a directory: the service of each group, and the groups that each agent can process. */
export interface Assignments {
  readonly serviceOfGroup: ReadonlyMap<string, string>;
  readonly groupsOfAgent: ReadonlyMap<string, readonly string[]>;
}

/** The assignments before any directory was sent. */
export const NO_ASSIGNMENTS: Assignments = { serviceOfGroup: new Map(), groupsOfAgent: new Map() };

export function assignmentsOf(directory: Directory, systemId: string): Assignments {
  const groups = servicesOf(directory, systemId).flatMap(({ id, serviceGroups = [] }) =>
    serviceGroups.map((group): [string, string] => [group.id, id]),
  );
  const agents = (directory.agents ?? []).map((agent): [string, string[]] => [agent.id, groupIdsOf(agent)]);
  return { serviceOfGroup: new Map(groups), groupsOfAgent: new Map(agents) };
}
