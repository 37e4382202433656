import { againstSelect, AGAINST_SELECT_METHOD, selectRun } from '../measuring/against-select.js';
import {
  agentStatusDataUrl,
  daysOf,
  QUERIED_AGENTS,
  selectOfIntervals,
  type IntervalStore,
} from '../stores/interval-store.js';
import type { Owned } from '../owned.js';
import type { Figure } from '../report.js';

export const QUERY_METHOD = `A store of ${QUERIED_AGENTS} agents' intervals, made by INSERT … SELECT and left alone until it has merged, asked for
one day of all agents. ${AGAINST_SELECT_METHOD}`;

/** A large answer of `agentStatusData`, as a multiple of what the engine needs for the rows alone. */
export async function measureQuery(owned: Owned, store: IntervalStore): Promise<Figure[]> {
  const { dataDirectory, intervals } = store;
  const day = daysOf(store, 1);
  const { ratios, details } = await againstSelect(owned, {
    name: 'agentStatusData',
    dataDirectory,
    url: (serviceUrl) => agentStatusDataUrl(serviceUrl, QUERIED_AGENTS, day),
    select: selectOfIntervals(QUERIED_AGENTS, day, true),
  });
  const select = selectOfIntervals(QUERIED_AGENTS, day, false);
  const unordered = await selectRun(owned, { dataDirectory, select }, 'SELECT, unordered');
  return [
    {
      name: 'query',
      what: 'time of agentStatusData, 1 000 agents × 1 day ÷ the same SELECT in the store',
      goal: { atMost: 1.3 },
      unit: '',
      measured: ratios,
      details: {
        'intervals in the store': intervals,
        ...details,
        'the SELECT without its order, ms': unordered.ms,
      },
    },
  ];
}
