import { groupIds, GROUPS } from '../load/contact-stream.js';
import { cpuMs } from '../measuring/cpu-time.js';
import { SYSTEM } from '../load/event-stream.js';
import { getBody } from '../measuring/http-get.js';
import type { KafkaDeployment } from '../kafka/kafka-deployment.js';
import { isoSecond } from '../measuring/probes.js';
import { progress } from '../progress.js';
import { agentIds } from '../load/status-stream.js';
import type { Costs } from './model.js';

const REPETITIONS = 5;
const ASKED_AGENTS = 1_000;
const HALF_A_DAY_SECONDS = 43_200;

type QueryCosts = Pick<
  Costs,
  | 'queryUsPerInterval'
  | 'storeUsPerInterval'
  | 'queryUsPerPresentAgent'
  | 'storeUsPerPresentAgent'
  | 'queryUsPerOnlineGroup'
  | 'storeUsPerOnlineGroup'
>;

/** Measures the processor time of answers per item in them, for a day around `now` (in seconds). */
export async function measureQueries(
  deployment: KafkaDeployment,
  installation: string,
  now: number,
): Promise<QueryCosts> {
  const query = await deployment.app('query', installation);
  const base = `${query.url}/systems/${SYSTEM}`;
  const period = `startDate=${isoSecond(now - HALF_A_DAY_SECONDS)}&endDate=${isoSecond(now + HALF_A_DAY_SECONDS)}`;
  const cost = async (name: string, url: string, counted: string) => {
    const items = occurrences(await getBody(url), counted);
    if (items === 0) throw new Error(`the answer of ${name} is empty`);
    const pids = { query: query.pid, store: deployment.store.pid };
    const before = { query: cpuMs(pids.query), store: cpuMs(pids.store) };
    const startedAt = performance.now();
    for (let i = 0; i < REPETITIONS; i++) await getBody(url);
    const ms = (performance.now() - startedAt) / REPETITIONS;
    const us = (who: 'query' | 'store') => ((cpuMs(pids[who]) - before[who]) * 1000) / REPETITIONS / items;
    progress(`${name}: ${items} items in ${ms.toFixed(0)} ms`);
    return { query: us('query'), store: us('store') };
  };
  const agents = agentIds(ASKED_AGENTS).join(',');
  const intervals = await cost(
    'agentStatusData',
    `${base}/historic/agentStatusData?${period}&agentId=${agents}`,
    '"startDate"',
  );
  const present = await cost('agentStatus', `${base}/online/agentStatus`, '"agentId"');
  const groups = await cost(
    'groupsOnlineLoad',
    `${base}/online/groupsOnlineLoad?groupId=${groupIds(GROUPS).join(',')}`,
    '"groupId"',
  );
  await query.stop();
  return {
    queryUsPerInterval: intervals.query,
    storeUsPerInterval: intervals.store,
    queryUsPerPresentAgent: present.query,
    storeUsPerPresentAgent: present.store,
    queryUsPerOnlineGroup: groups.query,
    storeUsPerOnlineGroup: groups.store,
  };
}

function occurrences(body: Buffer, text: string): number {
  let found = 0;
  for (let at = body.indexOf(text); at >= 0; at = body.indexOf(text, at + text.length)) found++;
  return found;
}
