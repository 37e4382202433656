import { drain, type Drain } from '../kafka/drain.js';
import { KafkaDeployment, untilUnspooled } from '../kafka/kafka-deployment.js';
import { UploadClient } from '../load/load.js';
import type { Owned } from '../owned.js';
import type { FoldResult } from '../processes/fold.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { sampleOf } from '../measuring/statistics.js';

const ROUNDS = 3;

export const KAFKA_PROJECT_METHOD = `One Kafka broker and one embedded engine behind a small HTTP front
(test/support/store/clickhouse-front.ts), both on the same machine. An upload for the measured time fills the status
topic while no projector runs; then one projector starts and projects it all: events ÷ time, from the end of its first
batch to the end of the last. ${ROUNDS} times with separate topics, databases and projectors, compared with the fold
alone (as in fold) before and after. The details list the cores that projector, store and broker used meanwhile.`;

/** Measures events per second that one projector takes from Kafka into the store, as a share of its fold alone. */
export async function measureKafkaProject(owned: Owned, seconds: number, seed: number): Promise<Figure[]> {
  const deployment = await KafkaDeployment.start(owned);
  try {
    const folds: number[] = [await foldRate(owned, seconds, seed)];
    const runs: Drain[] = [];
    for (let round = 0; round < ROUNDS; round++) runs.push(await run(owned, deployment, round, seconds));
    folds.push(await foldRate(owned, seconds, seed));
    return [figureOf(runs, sampleOf(folds).median)];
  } finally {
    await deployment.stop();
  }
}

async function run(
  owned: Owned,
  deployment: KafkaDeployment,
  round: number,
  seconds: number,
): Promise<Drain> {
  const installation = `round${round}`;
  const receiver = await deployment.app('receiver', installation);
  const uploads = await UploadClient.start(owned);
  const { accepted } = await uploads.upload({ port: receiver.port, seconds });
  await uploads.stop();
  await untilUnspooled(receiver);
  await receiver.stop();
  const projector = await deployment.app('projector', installation);
  const drained = await drain(deployment, projector, 'status', accepted);
  await projector.stop();
  progress(`projector: ${drained.events} events in ${drained.seconds.toFixed(1)} s`);
  return drained;
}

async function foldRate(owned: Owned, seconds: number, seed: number): Promise<number> {
  const [folding] = await owned.process('fold');
  const { eventsPerSecond } = await folding.ask<FoldResult>({ seed, seconds: Math.min(seconds, 2) });
  await folding.stop();
  progress(`fold: ${Math.round(eventsPerSecond)} events/s`);
  return eventsPerSecond;
}

function figureOf(runs: readonly Drain[], fold: number): Figure {
  const median = (of: (run: Drain) => number) => sampleOf(runs.map(of)).median;
  const cores = (name: keyof Drain['cpuMs']) => median(({ cpuMs, seconds }) => cpuMs[name] / 1000 / seconds);
  return {
    name: 'kafka-project',
    what: 'events/s of one projector from Kafka into the store ÷ its fold alone',
    unit: '',
    measured: sampleOf(runs.map(({ events, seconds }) => events / seconds / fold)),
    details: {
      'events of a run': median(({ events }) => events),
      'projector, events/s': median(({ events, seconds }) => events / seconds),
      'the fold alone, events/s': fold,
      'cores busy: projector': cores('projector'),
      'cores busy: store': cores('store'),
      'cores busy: broker': cores('broker'),
    },
  };
}
