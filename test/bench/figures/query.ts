import { get } from '../http-get.js';
import { agentStatusDataUrl, daysOf, QUERIED_AGENTS, type IntervalStore } from '../interval-store.js';
import type { Owned } from '../owned.js';
import type { SelectResult, SelectTask } from '../processes/store-only.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { interleavedRatios, sampleOf } from '../statistics.js';
import { agentIds } from '../status-stream.js';

const ROUNDS = 3;
const REPETITIONS = 5;

export const QUERY_METHOD = `A store of ${QUERIED_AGENTS} agents' intervals, made by INSERT … SELECT and left alone until it has merged. The service,
as a process, is asked over HTTP for one day of all agents; the baseline is a process that opens the same store alone and runs
the same SELECT (same rows, FINAL, in the answer's order) to FORMAT JSONEachRow and reads its bytes. Select, service, select, … ${ROUNDS}
times, each in a new process (only one can hold the store), warmed up, the median of ${REPETITIONS} repetitions each.`;

/** A large answer of `agentStatusData`, as a multiple of what the engine needs for the rows alone. */
export async function measureQuery(owned: Owned, store: IntervalStore): Promise<Figure[]> {
  const day = daysOf(store, 1);
  const selects: Timed[] = [await selectRun(owned, store, day, true)];
  const answers: Timed[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    answers.push(await serviceRun(owned, store, day));
    selects.push(await selectRun(owned, store, day, true));
  }
  const unordered = await selectRun(owned, store, day, false);
  const msOf = (runs: readonly Timed[]) => runs.map(({ ms }) => ms);
  const ratios = interleavedRatios(msOf(answers), msOf(selects));
  return [
    {
      name: 'query',
      what: 'time of agentStatusData, 1 000 agents × 1 day ÷ the same SELECT in the store',
      goal: { atMost: 1.3 },
      unit: '',
      measured: sampleOf(ratios),
      details: {
        'intervals in the store': store.intervals,
        'answer, ms': sampleOf(msOf(answers)).median,
        'answer, bytes': answers[0]!.bytes,
        'SELECT, ms': sampleOf(msOf(selects)).median,
        'SELECT, bytes': selects[0]!.bytes,
        'the SELECT without its order, ms': unordered.ms,
      },
    },
  ];
}

interface Timed {
  readonly ms: number;
  readonly bytes: number;
}

async function repeat(name: string, once: () => Promise<Timed>): Promise<Timed> {
  const { bytes } = await once();
  const times: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) times.push((await once()).ms);
  const { median, min, max } = sampleOf(times);
  progress(`${name}: ${median.toFixed(0)} ms (${min.toFixed(0)} to ${max.toFixed(0)}), ${bytes} bytes`);
  return { ms: median, bytes };
}

async function serviceRun(owned: Owned, store: IntervalStore, day: { start: number; end: number }) {
  const service = await owned.service(store.dataDirectory);
  const url = agentStatusDataUrl(service.url, QUERIED_AGENTS, day);
  const timed = await repeat('agentStatusData', async () => {
    const startedAt = performance.now();
    const { status, bytes } = await get(url);
    if (status !== 200) throw new Error(`answered ${status}`);
    return { ms: performance.now() - startedAt, bytes };
  });
  await service.stop();
  return timed;
}

async function selectRun(
  owned: Owned,
  store: IntervalStore,
  day: { start: number; end: number },
  ordered: boolean,
) {
  const [process] = await owned.process('store-only', store.dataDirectory);
  const task: SelectTask = { kind: 'select', agentIds: agentIds(QUERIED_AGENTS), ...day, ordered };
  const timed = await repeat(ordered ? 'SELECT' : 'SELECT, unordered', () => process.ask<SelectResult>(task));
  await process.stop();
  return timed;
}
