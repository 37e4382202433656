import { GROUPS, groupIds } from '../load/contact-stream.js';
import { SYSTEM } from '../load/event-stream.js';
import { insertLegs } from './leg-store.js';
import { DATABASE, DAY_SECONDS, daysAgo, makeStore, type MadeStore } from './made-store.js';
import type { Owned } from '../owned.js';
import { insertTimelines } from './presence-store.js';
import type { Statement } from '../processes/store-only.js';
import { progress } from '../progress.js';
import { agentIds } from '../load/status-stream.js';

export const LEGS_OF_A_DAY = 100_000;
export const DAYS_BEFORE = 30;
export const AGENTS = 5_000;
const PRESENT_AGENTS = 4_500;
const SERVICES = 10;
const RUNNING_SECONDS = 300;

/** Creates a store with legs of today, the latest of them running, and of some days before. */
export async function makeOnlineStore(owned: Owned): Promise<MadeStore> {
  progress(`making ${GROUPS} groups × ${DAYS_BEFORE + 1} days, ${LEGS_OF_A_DAY} legs each`);
  const now = Math.floor(Date.now() / 1000);
  const common = { groups: GROUPS, legs: LEGS_OF_A_DAY, endedBefore: now - RUNNING_SECONDS };
  const daysBefore = Array.from({ length: DAYS_BEFORE }, (_, day) =>
    insertLegs({ ...common, start: daysAgo(DAYS_BEFORE - day), seconds: DAY_SECONDS }),
  );
  const today = insertLegs({ ...common, start: daysAgo(0), seconds: now - daysAgo(0) });
  return makeStore(owned, 'legs', [...daysBefore, today, contactGroups(), insertTimelines(PRESENT_AGENTS)]);
}

function contactGroups(): Statement {
  return {
    query: `INSERT INTO ${DATABASE}.contact_groups SELECT DISTINCT system_id, group_id FROM ${DATABASE}.legs`,
    values: {},
  };
}

/** A directory of agents in two groups each, most of whom are present in the store. */
export function onlineDirectory(): object {
  const groups = groupIds(GROUPS);
  return {
    systemId: SYSTEM,
    services: Array.from({ length: SERVICES }, (_, service) => ({
      id: `SERVICE${service}`,
      name: `Service number ${service}`,
      status: 'ACTIVE',
      serviceGroups: groups
        .filter((_id, group) => group % SERVICES === service)
        .map((id) => ({ id, name: id, status: 'ACTIVE', channelType: 'INCOMING_CALLS' })),
    })),
    agents: agentIds(AGENTS).map((id, agent) => ({
      id,
      name: `Agent number ${agent}`,
      agentGroups: [agent % GROUPS, (agent * 7 + 13) % GROUPS].map((group) => ({ groupId: groups[group] })),
    })),
  };
}

export function groupsOnlineLoadUrl(serviceUrl: string): string {
  return `${serviceUrl}/systems/${SYSTEM}/online/groupsOnlineLoad?groupId=${groupIds(GROUPS).join(',')}`;
}
