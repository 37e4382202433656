import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, metric } from '../../support/http/service-client.js';
import { KafkaDeployment } from '../kafka/kafka-deployment.js';
import { LoadClient } from '../load/load.js';
import type { Owned, Service } from '../owned.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { sampleOf } from '../measuring/statistics.js';

const EVENTS_PER_SECOND = 5_000;
/** A lag that is no more than what arrives in a second is what there always is. */
const LAG_GONE_EVENTS = EVENTS_PER_SECOND;
/** Before the store goes away, so that everything is warm and has caught up. */
const SETTLE_SECONDS = 5;
/** How long the load goes on after the store is back. */
const LOADED_AFTER_SECONDS = 40;
const GOAL_SECONDS = 20;
const WITHIN_MS = 600_000;

export const KAFKA_OUTAGE_METHOD = `Kafka, store, one receiver and one projector as in kafka-project. ${EVENTS_PER_SECOND} single posts a second are offered all the
while. The store is killed, is away for the given time (--outage-seconds, 60 as the goal means it), and started again. From the moment at which it
takes requests until the lag is at most ${LAG_GONE_EVENTS} events, what arrives in a second; events go on arriving for ${LOADED_AFTER_SECONDS} s, so a longer time
is told, but is partly one without load.`;

/** How long the lag of an outage of the store takes to go while events go on arriving. */
export async function measureKafkaOutage(owned: Owned, outageSeconds: number): Promise<Figure[]> {
  const deployment = await KafkaDeployment.start(owned);
  try {
    const receiver = await deployment.app('receiver');
    const projector = await deployment.app('projector');
    const client = await LoadClient.start(owned);
    const loading = client.load({
      port: receiver.port,
      rate: EVENTS_PER_SECOND,
      seconds: SETTLE_SECONDS + outageSeconds + LOADED_AFTER_SECONDS,
    });
    const outage = await outageOf(deployment, projector, outageSeconds);
    const { answered, overdue, seconds } = await loading;
    return [
      {
        name: 'kafka-outage-taken',
        what: `events taken ÷ offered at ${EVENTS_PER_SECOND} events/s, without which the next figure says nothing`,
        goal: { atLeast: 0.99 },
        unit: '',
        measured: sampleOf([answered / (answered + overdue)]),
        details: { 'events taken, per second': answered / seconds, 'events overdue at the end': overdue },
      },
      {
        name: 'kafka-outage',
        what: `until the lag of ${outageSeconds} s without the store is gone, at ${EVENTS_PER_SECOND} events/s`,
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
  await sleep(SETTLE_SECONDS * 1000);
  await deployment.killStore();
  progress('the store is away');
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
