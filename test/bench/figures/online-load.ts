import { setTimeout as sleep } from 'node:timers/promises';
import { metric, putPersonnel, untilProjected } from '../../support/http/service-client.js';
import { timedGet } from '../measuring/against-select.js';
import { GROUPS } from '../load/contact-stream.js';
import { LoadClient } from '../load/load.js';
import {
  AGENTS,
  DAYS_BEFORE,
  groupsOnlineLoadUrl,
  LEGS_OF_A_DAY,
  makeOnlineStore,
  onlineDirectory,
} from '../stores/online-store.js';
import type { Owned, Service } from '../owned.js';
import type { LoadResult } from '../processes/load-client.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { percentile, sampleOf } from '../measuring/statistics.js';

const EVENTS_PER_SECOND = 1_000;
const ASK_EVERY_MS = 200;
/** Multiple of the measured time, so that there are enough answers for a percentile. */
const LOADED = 4;
/** The events' times advance at most this many times faster than the clock. */
const HASTE = 4;
const QUIET_ANSWERS = 10;

export const ONLINE_LOAD_METHOD = `A store of ${LEGS_OF_A_DAY} legs in ${GROUPS} groups today and on each of
${DAYS_BEFORE} days before, made by INSERT … SELECT; a directory of ${AGENTS} agents in two groups each, nine in ten
in a state. The whole service is asked for all groups in one HTTP request, every ${ASK_EVERY_MS} ms or as soon as the
last answer is there, first ${QUIET_ANSWERS} times without other load, then for ${LOADED} times the measured time
while states of these agents and contact steps in these groups arrive alternately, ${EVENTS_PER_SECOND} events/s in
total.`;

/** Measures how long `groupsOnlineLoad` takes while events arrive. */
export async function measureOnlineLoad(owned: Owned, seconds: number): Promise<Figure[]> {
  const { dataDirectory, rows } = await makeOnlineStore(owned);
  const service = await owned.service(dataDirectory);
  const { status } = await putPersonnel(service.url, onlineDirectory());
  if (status !== 204) throw new Error(`the directory was answered ${status}`);
  await untilProjected(service.url);
  const quietMs = await answerTimes(service, (answered) => answered < QUIET_ANSWERS);
  const { ms, load, lags } = await loadedRun(owned, service, seconds * LOADED);
  await service.stop();
  progress(`groupsOnlineLoad: p99 ${percentile(ms, 0.99).toFixed(0)} ms, lag by second: ${lags.join(' ')}`);
  return [
    {
      name: 'online-load',
      what: `p99 of groupsOnlineLoad, 1 000 groups, while ${EVENTS_PER_SECOND} events/s arrive`,
      goal: { atMost: 250 },
      unit: 'ms',
      measured: { ...sampleOf(ms), median: percentile(ms, 0.99), values: [] },
      details: {
        'legs in the store at the start': rows,
        answers: ms.length,
        'median, ms': percentile(ms, 0.5),
        'median without load, ms': percentile(quietMs, 0.5),
        'events accepted, per second': load.answered / load.seconds,
        'events overdue at the end': load.overdue,
        'median lag, events': sampleOf(lags).median,
        'largest lag, events': sampleOf(lags).max,
      },
    },
  ];
}

interface LoadedRun {
  /** Ascending. */
  readonly ms: readonly number[];
  readonly load: LoadResult;
  readonly lags: readonly number[];
}

async function loadedRun(owned: Owned, service: Service, seconds: number): Promise<LoadedRun> {
  const client = await LoadClient.start(owned);
  const lags: Promise<number>[] = [];
  const sampling = setInterval(() => lags.push(metric(service.url, 'wfm_projection_lag_events')), 1_000);
  const loading = client.load({
    port: service.port,
    seconds,
    events: 'both',
    rate: EVENTS_PER_SECOND,
    agents: AGENTS,
    firstSecond: Math.floor(Date.now() / 1000) - HASTE * seconds,
  });
  const until = performance.now() + seconds * 1000;
  const ms = await answerTimes(service, () => performance.now() < until);
  const load = await loading;
  clearInterval(sampling);
  await client.stop();
  return { ms, load, lags: await Promise.all(lags) };
}

/** @returns how long answers took, in milliseconds, ascending. */
async function answerTimes(service: Service, goOn: (answered: number) => boolean): Promise<number[]> {
  const url = groupsOnlineLoadUrl(service.url);
  const times: number[] = [];
  while (goOn(times.length)) {
    const { ms } = await timedGet(url);
    times.push(ms);
    await sleep(Math.max(0, ASK_EVERY_MS - ms));
  }
  return times.sort((a, b) => a - b);
}
