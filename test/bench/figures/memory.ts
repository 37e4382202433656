import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { get } from '../measuring/http-get.js';
import { agentStatusDataUrl, daysOf, QUERIED_AGENTS, type IntervalStore } from '../stores/interval-store.js';
import type { Owned, Service } from '../owned.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { sampleOf } from '../measuring/statistics.js';

const ROUNDS = 3;
const MIN_BYTES = 200_000_000;
const ANSWERED_DAYS = 5;
const SAMPLE_EVERY_MS = 20;
const IDLE_WAIT_MS = 2_000;
const SLOW_BYTES_PER_SECOND = 20_000_000;
const MB = 2 ** 20;

export const MEMORY_METHOD = `Resident memory (VmRSS) of the service's process, sampled every ${SAMPLE_EVERY_MS} ms
while a client reads one agentStatusData answer of at least ${MIN_BYTES / 1e6} MB: the peak minus the idle value,
which is read after the start and one small query. A new process for each of ${ROUNDS} runs; then once with a client
that reads ${SLOW_BYTES_PER_SECOND / 1e6} MB/s.`;

/** Measures how far the resident memory of the service grows during a large answer. */
export async function measureMemory(owned: Owned, store: IntervalStore): Promise<Figure[]> {
  const runs: MemoryRun[] = [];
  for (let round = 0; round < ROUNDS; round++) runs.push(await memoryRun(owned, store, Infinity));
  const slow = await memoryRun(owned, store, SLOW_BYTES_PER_SECOND);
  const growth = ({ idleMb, peakMb }: MemoryRun) => peakMb - idleMb;
  const details = {
    'answer, bytes': runs[0]!.bytes,
    'idle, MB': sampleOf(runs.map(({ idleMb }) => idleMb)).median,
    'peak, MB': sampleOf(runs.map(({ peakMb }) => peakMb)).median,
    'answered in, s': sampleOf(runs.map(({ seconds }) => seconds)).median,
  };
  const common = { goal: { atMost: 150 }, unit: 'MB' } as const;
  return [
    {
      name: 'memory',
      what: 'resident memory over idle while answering 200 MB',
      ...common,
      measured: sampleOf(runs.map(growth)),
      details,
    },
    {
      name: 'memory-slow',
      what: 'resident memory over idle while answering 200 MB to a slow client',
      ...common,
      measured: sampleOf([growth(slow)]),
      details: { 'idle, MB': slow.idleMb, 'peak, MB': slow.peakMb, 'answered in, s': slow.seconds },
    },
  ];
}

interface MemoryRun {
  readonly bytes: number;
  readonly idleMb: number;
  readonly peakMb: number;
  readonly seconds: number;
}

async function memoryRun(owned: Owned, store: IntervalStore, maxBytesPerSecond: number): Promise<MemoryRun> {
  const service = await owned.service(store.dataDirectory);
  await get(agentStatusDataUrl(service.url, 1, daysOf(store, 1)));
  await sleep(IDLE_WAIT_MS);
  const idleMb = residentMb(service);
  let peakMb = idleMb;
  const sampling = setInterval(() => (peakMb = Math.max(peakMb, residentMb(service))), SAMPLE_EVERY_MS);
  const startedAt = performance.now();
  const url = agentStatusDataUrl(service.url, QUERIED_AGENTS, daysOf(store, ANSWERED_DAYS));
  const { status, bytes } = await get(url, { maxBytesPerSecond });
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(sampling);
  await service.stop();
  if (status !== 200 || bytes < MIN_BYTES) throw new Error(`answered ${status} with ${bytes} bytes`);
  progress(
    `memory: idle ${idleMb.toFixed(0)} MB, peak ${peakMb.toFixed(0)} MB over ${bytes} bytes in ${seconds.toFixed(1)} s`,
  );
  return { bytes, idleMb, peakMb, seconds };
}

function residentMb({ pid }: Service): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024) / MB;
}
