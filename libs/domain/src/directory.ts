import { compareUtf8 } from './utf8-order.js';

/** Whether a service or a group is in use (spec 3.1.2.3). */
export const DIRECTORY_STATUSES = ['ACTIVE', 'INACTIVE'] as const;
export type DirectoryStatus = (typeof DIRECTORY_STATUSES)[number];

/** How a group is reached (spec 3.1.2.3.1.1). */
export const CHANNEL_TYPES = ['CHATS', 'MAILS', 'INCOMING_CALLS', 'OUTGOING_CALLS'] as const;
export type ChannelType = (typeof CHANNEL_TYPES)[number];

/** A group of a service (spec 3.1.2.3.1.1). */
export interface DirectoryGroup {
  readonly id: string;
  readonly name: string;
  readonly status: DirectoryStatus;
  readonly channelType?: ChannelType;
}

/** A service and its groups (spec 3.1.2.3.1). */
export interface DirectoryService {
  readonly id: string;
  readonly name: string;
  readonly status: DirectoryStatus;
  readonly serviceGroups?: readonly DirectoryGroup[];
}

/** An employee's account, and the groups that they can process (spec 3.1.2.3.2). */
export interface DirectoryAgent {
  readonly id: string;
  readonly name: string;
  readonly surname?: string;
  readonly secondName?: string;
  readonly agentNumber?: string;
  /** As it came: one login or several. */
  readonly loginSSO?: string | readonly string[];
  readonly agentGroups?: readonly { readonly groupId: string }[];
}

/** The personnel of one external system, as `GET /personnel` answers with it (spec 3.1). */
export interface Directory {
  readonly services: readonly DirectoryService[];
  readonly agents?: readonly DirectoryAgent[];
}

/** An id that a directory contains twice although it must be unique. */
export interface RepeatedId {
  readonly kind: 'service' | 'group' | 'agent';
  readonly id: string;
}

/**
 * The service that contains every group of a system without services (spec 3.1.1). It is named after the system, its
 * groups are named after their ids and ordered by them.
 */
export function staticService(systemId: string, agents: readonly DirectoryAgent[]): DirectoryService {
  const ids = new Set(agents.flatMap(groupsOf));
  const serviceGroups = [...ids]
    .sort(compareUtf8)
    .map((id): DirectoryGroup => ({ id, name: id, status: 'ACTIVE' }));
  return { id: systemId, name: systemId, status: 'ACTIVE', serviceGroups };
}

/** The groups that the agent can process, each once. */
export function groupsOf({ agentGroups = [] }: DirectoryAgent): string[] {
  return [...new Set(agentGroups.map(({ groupId }) => groupId))];
}

/** The first repeated id. With one, it would be unclear whose id it is or which service it belongs to. */
export function findRepeatedId({ services, agents = [] }: Directory): RepeatedId | undefined {
  return (
    repeated('service', services) ??
    repeated(
      'group',
      services.flatMap(({ serviceGroups = [] }) => serviceGroups),
    ) ??
    repeated('agent', agents)
  );
}

function repeated(
  kind: RepeatedId['kind'],
  items: readonly { readonly id: string }[],
): RepeatedId | undefined {
  const seen = new Set<string>();
  for (const { id } of items) {
    if (seen.has(id)) return { kind, id };
    seen.add(id);
  }
  return undefined;
}
