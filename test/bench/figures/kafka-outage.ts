import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, metric } from '../../support/http/service-client.js';
import { KafkaDeployment } from '../kafka/kafka-deployment.js';
import { LoadClient } from '../load/load.js';
import type { Owned, Service } from '../owned.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { sampleOf } from '../measuring/statistics.js';

const EVENTS_PER_SECOND = 5_000;
/** The lag counts as gone once it is at most what arrives in a second, since there is always that much. */
const LAG_GONE_EVENTS = EVENTS_PER_SECOND;
/** Time before the outage for everything to warm up and catch up. */
const WARM_UP_SECONDS = 5;
/** Duration of the load after the outage. */
const LOADED_AFTER_SECONDS = 40;
const GOAL_SECONDS = 20;
const WITHIN_MS = 600_000;

export const KAFKA_OUTAGE_METHOD = `Kafka, store, one receiver and one projector as in kafka-project.
${EVENTS_PER_SECOND} single posts a second are offered throughout. The store is killed, stays down for the given time
(--outage-seconds; the goal refers to 60) and is restarted. The time runs from its first answer until the lag is at
most ${LAG_GONE_EVENTS} events, as many as arrive in a second. Events go on arriving for ${LOADED_AFTER_SECONDS} s, so
a longer time is partly one without load.`;

/** Measures how long it takes to work off the lag of an outage of the store while events go on arriving. */
export async function measureKafkaOutage(owned: Owned, outageSeconds: number): Promise<Figure[]> {
  const deployment = await KafkaDeployment.start(owned);
  try {
    const receiver = await deployment.app('receiver');
    const projector = await deployment.app('projector');
    const client = await LoadClient.start(owned);
    const loading = client.load({
      port: receiver.port,
      rate: EVENTS_PER_SECOND,
      seconds: WARM_UP_SECONDS + outageSeconds + LOADED_AFTER_SECONDS,
    });
    const outage = await outageOf(deployment, projector, outageSeconds);
    const { answered, overdue, seconds } = await loading;
    return [
      {
        name: 'kafka-outage-taken',
        what: `accepted ÷ offered events at ${EVENTS_PER_SECOND} events/s (the next figure is only valid if met)`,
        goal: { atLeast: 0.99 },
        unit: '',
        measured: sampleOf([answered / (answered + overdue)]),
        details: { 'events accepted, per second': answered / seconds, 'events overdue at the end': overdue },
      },
      {
        name: 'kafka-outage',
        what: `time to work off the lag of ${outageSeconds} s without the store, at ${EVENTS_PER_SECOND} events/s`,
        goal: { atMost: GOAL_SECONDS },
        unit: 's',
        measured: sampleOf([outage.goneAfterSeconds]),
        details: { 'lag when the store came back, events': outage.lag },
      },
    ];
  } finally {
    await deployment.stop();
  }
}

async function outageOf(deployment: KafkaDeployment, projector: Service, outageSeconds: number) {
  await sleep(WARM_UP_SECONDS * 1000);
  await deployment.killStore();
  progress('the store is down');
  await sleep(outageSeconds * 1000);
  await deployment.startStore();
  const backAt = performance.now();
  const lag = await lagOf(projector);
  progress(`the store is back, the lag is ${lag} events`);
  await eventually(async () => (await lagOf(projector)) <= LAG_GONE_EVENTS, WITHIN_MS);
  const goneAfterSeconds = (performance.now() - backAt) / 1000;
  progress(`the lag is gone after ${goneAfterSeconds.toFixed(1)} s`);
  return { lag, goneAfterSeconds };
}

function lagOf(projector: Service): Promise<number> {
  return metric(projector.url, 'wfm_projection_lag_events');
}
