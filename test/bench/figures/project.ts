import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, metric } from '../../support/http/service-client.js';
import { SYSTEM } from '../load/event-stream.js';
import { getBody } from '../measuring/http-get.js';
import { AGENTS, CONNECTIONS, dayOfLastLoad, LoadClient } from '../load/load.js';
import type { Owned, Service } from '../owned.js';
import { isoSecond, Probes } from '../measuring/probes.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { interleavedRatios, percentile, sampleOf } from '../measuring/statistics.js';
import { agentIds } from '../load/status-stream.js';

const ROUNDS = 3;
/** Multiple of the measured time, long enough for the store to merge meanwhile. */
const SUSTAINED = 2;
const PACE = 0.25;
const PROBE_EVERY_MS = 50;
const LONE_EVENTS = 10;
const LONE_PAUSE_MS = 1_500;
const LONE_LOOK_PAUSE_MS = 5;

export const PROJECT_METHOD = `The whole service as one process. ${CONNECTIONS} connections post distinct events of
${AGENTS} agents as fast as they are answered, for ${SUSTAINED} times the measured time. The time ends when all are in
the store (the lag is 0; then agentStatusData is asked for every agent and must have one interval for each exit).
Events ÷ that whole time is a rate at which the lag cannot grow. Bare, service, bare, … ${ROUNDS} times, each service
run on a new store and divided by the mean of the bare runs around it. Then, on a new store, events are offered at
${PACE} of the bare route's rate for ${SUSTAINED} times the measured time, while a probe (enter and exit of a separate
agent) is posted every ${PROBE_EVERY_MS} ms and agentStatusData is asked for all waiting probes (50 ms after each
answer): the time runs from the 204 of the exit until an answer has the interval. Finally, ${LONE_EVENTS} probes
without other load.`;

/** Measures events per second from POST to visible, and the delay. */
export async function measureProject(owned: Owned, seconds: number): Promise<Figure[]> {
  const client = await LoadClient.start(owned);
  const [bare, { port }] = await owned.process<{ port: number }>('bare-route');
  await client.warmUp(port);
  const bareRun = async () => {
    const { answered, seconds: elapsed } = await client.load({ port, seconds });
    progress(`bare: ${Math.round(answered / elapsed)} requests/s`);
    return answered / elapsed;
  };

  const bareRates = [await bareRun()];
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rates.push(await sustained(owned, client, seconds * SUSTAINED));
    bareRates.push(await bareRun());
  }
  const bareRate = sampleOf(bareRates).median;
  const paced = await pacedRun(owned, client, bareRate * PACE, seconds * SUSTAINED);
  await bare.stop();
  await client.stop();
  const details = {
    'service, events/s': sampleOf(rates).median,
    'bare route, requests/s': bareRate,
  };
  return [
    {
      name: 'project',
      what: 'sustained events/s from POST to visible ÷ requests/s of a bare route',
      goal: { atLeast: 0.25 },
      unit: '',
      measured: sampleOf(interleavedRatios(rates, bareRates)),
      details,
    },
    ...paced,
  ];
}

async function startWarm(owned: Owned, client: LoadClient): Promise<Service> {
  const service = await owned.service(owned.directory());
  await client.warmUp(service.port);
  await untilProjected(service);
  return service;
}

async function sustained(owned: Owned, client: LoadClient, seconds: number): Promise<number> {
  const service = await startWarm(owned, client);
  const startedAt = performance.now();
  const { answered, seconds: loaded } = await client.load({ port: service.port, seconds });
  const lag = await metric(service.url, 'wfm_projection_lag_events');
  await untilProjected(service);
  const elapsed = (performance.now() - startedAt) / 1000;
  await checkVisible(service, answered);
  await service.stop();
  progress(
    `service: ${answered} events received in ${loaded.toFixed(1)} s, ${lag} not visible then; ` +
      `all visible after ${elapsed.toFixed(1)} s: ${Math.round(answered / elapsed)} events/s`,
  );
  return answered / elapsed;
}

async function pacedRun(owned: Owned, client: LoadClient, rate: number, seconds: number): Promise<Figure[]> {
  const service = await startWarm(owned, client);
  const load = client.load({ port: service.port, seconds, rate });
  const probes = new Probes(service.url, dayOfLastLoad().start);
  const lags: Promise<number>[] = [];
  const sampling = setInterval(() => lags.push(metric(service.url, 'wfm_projection_lag_events')), 1_000);
  const [seenAfterMs, { answered, overdue, seconds: loaded }] = await Promise.all([
    probes.run(seconds, PROBE_EVERY_MS),
    load,
  ]);
  clearInterval(sampling);
  const lag = await Promise.all(lags);
  const half = Math.floor(lag.length / 2);
  progress(`paced: p99 ${percentile(seenAfterMs, 0.99).toFixed(0)} ms, lag by second: ${lag.join(' ')}`);
  await untilProjected(service);
  await checkVisible(service, answered);
  const lone = await loneEvents(service);
  await service.stop();
  return [
    {
      name: 'project-paced',
      what: `accepted ÷ offered events at ${PACE} of the bare route (the p99 is only valid if met)`,
      goal: { atLeast: 0.99 },
      unit: '',
      measured: sampleOf([answered / (answered + overdue)]),
      details: {
        'offered, events/s': rate,
        'accepted, events/s': answered / loaded,
        'overdue at the end': overdue,
      },
    },
    {
      name: 'project-p99',
      what: `p99 from 204 to visible at ${PACE} of the bare route`,
      goal: { atMost: 2_000 },
      unit: 'ms',
      measured: { ...sampleOf(seenAfterMs), median: percentile(seenAfterMs, 0.99), values: [] },
      details: {
        probes: seenAfterMs.length,
        'median, ms': percentile(seenAfterMs, 0.5),
        'median lag of the first half, events': sampleOf(lag.slice(0, half)).median,
        'median lag of the second half, events': sampleOf(lag.slice(half)).median,
      },
    },
    {
      name: 'project-lone',
      what: 'slowest single event from 204 to visible, without other load',
      goal: { atMost: 1_000 },
      unit: 'ms',
      measured: { ...sampleOf(lone), median: Math.max(...lone) },
      details: { events: lone.length, 'median, ms': sampleOf(lone).median },
    },
  ];
}

async function loneEvents(service: Service): Promise<number[]> {
  const seenAfterMs: number[] = [];
  for (let i = 0; i < LONE_EVENTS; i++) {
    await sleep(LONE_PAUSE_MS);
    const probes = new Probes(service.url, Math.floor(Date.now() / 1000) - 10, LONE_LOOK_PAUSE_MS);
    await probes.post();
    seenAfterMs.push(...(await probes.untilSeen()));
  }
  return seenAfterMs;
}

function untilProjected(service: Service): Promise<void> {
  return eventually(async () => (await metric(service.url, 'wfm_projection_lag_events')) === 0, 600_000);
}

/** Fails unless the service answers with one interval for each acknowledged exit. */
async function checkVisible(service: Service, answered: number): Promise<void> {
  const { start, end } = dayOfLastLoad();
  const body = await getBody(
    `${service.url}/systems/${SYSTEM}/historic/agentStatusData?startDate=${isoSecond(start)}` +
      `&endDate=${isoSecond(end)}&agentId=${agentIds(AGENTS).join(',')}`,
  );
  const intervals = occurrences(body, '"startDate"');
  const exits = Math.floor((answered - AGENTS) / 2);
  if (Math.abs(intervals - exits) > 1) throw new Error(`${intervals} intervals for ${exits} exits`);
}

function occurrences(body: Buffer, text: string): number {
  let found = 0;
  for (let at = body.indexOf(text); at >= 0; at = body.indexOf(text, at + text.length)) found++;
  return found;
}
