import { againstSelect, AGAINST_SELECT_METHOD } from '../measuring/against-select.js';
import type { Owned } from '../owned.js';
import { agentStatusUrl, makePresenceStore, selectOfPresent } from '../stores/presence-store.js';
import type { Figure } from '../report.js';

const AGENTS = 100_000;

export const AGENT_STATUS_METHOD = `A store of ${AGENTS} agents who are all in a state that is told, one in ten of them in a group's too, and a tenth
besides who are in none; made by INSERT … SELECT and left alone until it has merged. ${AGAINST_SELECT_METHOD}`;

/** A large answer of `agentStatus`, as a multiple of what the engine needs for the rows alone. */
export async function measureAgentStatus(owned: Owned): Promise<Figure[]> {
  const { dataDirectory, rows } = await makePresenceStore(owned, AGENTS);
  const { ratios, details } = await againstSelect(owned, {
    name: 'agentStatus',
    dataDirectory,
    url: agentStatusUrl,
    select: selectOfPresent(),
  });
  return [
    {
      name: 'agent-status',
      what: 'time of agentStatus, 100 000 active agents ÷ the same SELECT in the store',
      goal: { atMost: 1.3 },
      unit: '',
      measured: ratios,
      details: { 'timelines in the store': rows, ...details },
    },
  ];
}
