import { get } from './http-get.js';
import type { Owned } from '../owned.js';
import type { SelectResult, SelectTask, Statement } from '../processes/store-only.js';
import { progress } from '../progress.js';
import { interleavedRatios, sampleOf, type Sample } from './statistics.js';

const ROUNDS = 3;
const REPETITIONS = 5;

export const AGAINST_SELECT_METHOD = `The service, as a process, is asked over HTTP; the baseline is a process that
opens the same store alone and runs the same SELECT (same rows, FINAL, in the answer's order) with FORMAT JSONEachRow
and reads its bytes. Select, service, select, … ${ROUNDS} times, each in a new process (only one can hold the store),
warmed up, with the median of ${REPETITIONS} repetitions each.`;

/** An answer of the service and the SELECT that it is compared with. */
export interface Comparison {
  readonly name: string;
  readonly dataDirectory: string;
  url(serviceUrl: string): string;
  readonly select: Statement;
}

export interface Compared {
  /** Time of the answer ÷ time of the SELECT. */
  readonly ratios: Sample;
  readonly details: Readonly<Record<string, number>>;
}

/** Measures how long an answer takes, as a multiple of the engine's time for the rows alone. */
export async function againstSelect(owned: Owned, comparison: Comparison): Promise<Compared> {
  const selects: Timed[] = [await selectRun(owned, comparison)];
  const answers: Timed[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    answers.push(await serviceRun(owned, comparison));
    selects.push(await selectRun(owned, comparison));
  }
  const msOf = (runs: readonly Timed[]) => runs.map(({ ms }) => ms);
  return {
    ratios: sampleOf(interleavedRatios(msOf(answers), msOf(selects))),
    details: {
      'answer, ms': sampleOf(msOf(answers)).median,
      'answer, bytes': answers[0]!.bytes,
      'SELECT, ms': sampleOf(msOf(selects)).median,
      'SELECT, bytes': selects[0]!.bytes,
    },
  };
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

async function serviceRun(owned: Owned, { name, dataDirectory, url }: Comparison): Promise<Timed> {
  const service = await owned.service(dataDirectory);
  const timed = await repeat(name, () => timedGet(url(service.url)));
  await service.stop();
  return timed;
}

/** The time to the last byte of an answer. @throws unless it is 200. */
export async function timedGet(url: string): Promise<Timed> {
  const startedAt = performance.now();
  const { status, bytes } = await get(url);
  if (status !== 200) throw new Error(`answered ${status}`);
  return { ms: performance.now() - startedAt, bytes };
}

/** Runs the SELECT alone, in a new process. */
export async function selectRun(
  owned: Owned,
  { dataDirectory, select }: Pick<Comparison, 'dataDirectory' | 'select'>,
  name = 'SELECT',
): Promise<Timed> {
  const [process] = await owned.process('store-only', dataDirectory);
  const task: SelectTask = { kind: 'select', ...select };
  const timed = await repeat(name, () => process.ask<SelectResult>(task));
  await process.stop();
  return timed;
}
