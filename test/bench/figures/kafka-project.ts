import { eventually } from '../../support/service-client.js';
import { cpuMs } from '../cpu-time.js';
import { KafkaDeployment, projectedBy } from '../kafka-deployment.js';
import { UploadClient } from '../load.js';
import type { Owned } from '../owned.js';
import type { FoldResult } from '../processes/fold.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { sampleOf } from '../statistics.js';

const WITHIN_MS = 600_000;
const ROUNDS = 3;

export const KAFKA_PROJECT_METHOD = `One Kafka broker and one embedded engine behind a small HTTP front (test/support/clickhouse-front.ts), both beside
everything else. An upload of the measured time fills the status topic while no projector runs; then one projector starts and works off what is there:
events ÷ time, from the end of its first batch to the end of the last. ${ROUNDS} times on topics, database and projector of their own, held against the fold
alone (as in fold) before and after. The details tell the cores that projector, store and broker were busy with meanwhile.`;

/** Events a second that one projector carries from Kafka into the store, as a share of its fold alone. */
export async function measureKafkaProject(owned: Owned, seconds: number, seed: number): Promise<Figure[]> {
  const deployment = await KafkaDeployment.start(owned);
  try {
    const folds: number[] = [await foldRate(owned, seconds, seed)];
    const runs: Run[] = [];
    for (let round = 0; round < ROUNDS; round++) runs.push(await run(owned, deployment, round, seconds));
    folds.push(await foldRate(owned, seconds, seed));
    return [figureOf(runs, sampleOf(folds).median)];
  } finally {
    await deployment.stop();
  }
}

interface Run {
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly cores: Readonly<Record<'projector' | 'store' | 'broker', number>>;
}

async function run(owned: Owned, deployment: KafkaDeployment, round: number, seconds: number): Promise<Run> {
  const installation = `round${round}`;
  const receiver = await deployment.app('receiver', installation);
  const uploads = await UploadClient.start(owned);
  const { accepted } = await uploads.upload({ port: receiver.port, seconds });
  await uploads.stop();
  await receiver.stop();
  const projector = await deployment.app('projector', installation);
  await eventually(async () => (await projectedBy(projector)) > 0, WITHIN_MS);
  const pids = {
    projector: projector.pid,
    store: deployment.store.pid,
    broker: deployment.kafka.nodes[0]?.pid,
  };
  const busyMs = () => Object.values(pids).map((pid) => (pid === undefined ? NaN : cpuMs(pid)));
  const [first, before, startedAt] = [await projectedBy(projector), busyMs(), performance.now()];
  await eventually(async () => (await projectedBy(projector)) >= accepted, WITHIN_MS);
  const elapsedMs = performance.now() - startedAt;
  const after = busyMs();
  await projector.stop();
  const [ofProjector, ofStore, ofBroker] = after.map((ms, i) => (ms - before[i]!) / elapsedMs);
  const eventsPerSecond = (accepted - first) / (elapsedMs / 1000);
  progress(
    `projector: ${accepted - first} events in ${(elapsedMs / 1000).toFixed(1)} s: ${Math.round(eventsPerSecond)}/s`,
  );
  return {
    events: accepted - first,
    eventsPerSecond,
    cores: { projector: ofProjector!, store: ofStore!, broker: ofBroker! },
  };
}

async function foldRate(owned: Owned, seconds: number, seed: number): Promise<number> {
  const [folding] = await owned.process('fold');
  const { eventsPerSecond } = await folding.ask<FoldResult>({ seed, seconds: Math.min(seconds, 2) });
  await folding.stop();
  progress(`fold: ${Math.round(eventsPerSecond)} events/s`);
  return eventsPerSecond;
}

function figureOf(runs: readonly Run[], fold: number): Figure {
  const median = (of: (run: Run) => number) => sampleOf(runs.map(of)).median;
  return {
    name: 'kafka-project',
    what: 'events/s of one projector from Kafka into the store ÷ its fold alone',
    unit: '',
    measured: sampleOf(runs.map(({ eventsPerSecond }) => eventsPerSecond / fold)),
    details: {
      'events of a run': median(({ events }) => events),
      'projector, events/s': median(({ eventsPerSecond }) => eventsPerSecond),
      'the fold alone, events/s': fold,
      'cores busy: projector': median(({ cores }) => cores.projector),
      'cores busy: store': median(({ cores }) => cores.store),
      'cores busy: broker': median(({ cores }) => cores.broker),
    },
  };
}
