import { encodeStatusRecord } from '#event-log';
import { KafkaCluster } from '../../support/kafka/kafka-cluster.js';
import { metric } from '../../support/http/service-client.js';
import { SYSTEM } from '../load/event-stream.js';
import { untilUnspooled } from '../kafka/kafka-deployment.js';
import { KafkaTools, readClasspath } from '../kafka/kafka-tools.js';
import { CONNECTIONS, LoadClient, UploadClient } from '../load/load.js';
import type { Owned } from '../owned.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { interleavedRatios, sampleOf } from '../measuring/statistics.js';

const ROUNDS = 3;
/** Takes a broker on this machine some seconds. */
const PERF_RECORDS = 1_000_000;
const TOPIC = 'bench';
const PARTITIONS = 12;

/** A record of the load as the receiver writes it. */
const RECORD = encodeStatusRecord({
  event: {
    systemId: SYSTEM,
    workerId: 'A000000',
    groupId: '',
    stateCode: 'S0',
    stateName: 'State number 0',
    actionTime: 1_600_000_000_000,
    action: 'enter',
  },
  receivedAt: 1_600_000_000_000,
});
const RECORD_BYTES = RECORD.key.length + RECORD.value.length;

export const KAFKA_METHOD = `One Kafka broker (see deploy/kafka) on the same machine. In turn, ${ROUNDS} times:
Kafka's own ProducerPerformance with ${PERF_RECORDS} records of ${RECORD_BYTES} bytes (those of the load), acks=all
and ${PARTITIONS} partitions; the receiver with the embedded log and the receiver with its log on that broker, each
loaded by ${CONNECTIONS} connections as in receive; and one request of NDJSON lines to POST …/events of the latter, as
fast as it is read, for the measured time: accepted events ÷ time until the answer. Each run is divided by the mean of
the baseline's runs around it.`;

interface Rates {
  readonly perf: number[];
  readonly posts: number[];
  readonly upload: number[];
  readonly embedded: number[];
  /** Events that the receiver had on its own disk after each run, since Kafka did not take them in time. */
  readonly spooled: number[];
}

/**
 * Durable events a second of a receiver on Kafka, as a share of what a producer alone can do, and of the embedded log.
 */
export async function measureKafka(owned: Owned, seconds: number): Promise<Figure[]> {
  readClasspath();
  const cluster = await KafkaCluster.start();
  owned.alsoEnd(() => cluster.stop());
  try {
    return figuresOf(await measureRates(owned, cluster, seconds));
  } finally {
    await cluster.stop();
  }
}

async function measureRates(owned: Owned, cluster: KafkaCluster, seconds: number): Promise<Rates> {
  const tools = KafkaTools.for(cluster.brokers);
  await tools.makeTopic(TOPIC, PARTITIONS);
  const client = await LoadClient.start(owned);
  const uploads = await UploadClient.start(owned);
  const brokers = cluster.brokers.join(',');
  const onKafka = await owned.app('receiver', { KAFKA_BROKERS: brokers, DATA_DIR: owned.directory() });
  const embedded = await owned.app('receiver', { DATA_DIR: owned.directory() });
  for (const { port } of [onKafka, embedded]) await client.warmUp(port, 'status');
  const rates: Rates = { perf: [], posts: [], upload: [], embedded: [], spooled: [] };
  const note = (name: keyof Rates, events: number, elapsed: number) => {
    rates[name].push(events / elapsed);
    progress(`${name}: ${Math.round(events / elapsed)} events/s`);
  };
  const noteSpooled = async () => {
    rates.spooled.push(await metric(onKafka.url, 'wfm_spool_events'));
    await untilUnspooled(onKafka);
  };
  await untilUnspooled(onKafka);
  const perf = async () =>
    rates.perf.push(await tools.producerPerformance(TOPIC, PERF_RECORDS, RECORD_BYTES));
  const post = async (name: 'posts' | 'embedded', port: number) => {
    const { answered, seconds: elapsed } = await client.load({ port, seconds, events: 'status' });
    note(name, answered, elapsed);
  };
  for (let round = 0; round < ROUNDS; round++) {
    await perf();
    await post('embedded', embedded.port);
    await post('posts', onKafka.port);
    await noteSpooled();
    const { accepted, seconds: elapsed } = await uploads.upload({ port: onKafka.port, seconds });
    note('upload', accepted, elapsed);
    await noteSpooled();
  }
  await perf();
  await post('embedded', embedded.port);
  for (const process of [client, uploads, onKafka, embedded]) await process.stop();
  return rates;
}

function figuresOf({ perf, posts, upload, embedded, spooled }: Rates): Figure[] {
  const details = {
    'receiver on Kafka, posted events/s': sampleOf(posts).median,
    'receiver on Kafka, uploaded events/s': sampleOf(upload).median,
    'events spooled at the end of a run, most': Math.max(...spooled),
    'ProducerPerformance, records/s': sampleOf(perf).median,
    'receiver on the embedded log, posted events/s': sampleOf(embedded).median,
  };
  const common = { unit: '', details } as const;
  return [
    {
      ...common,
      name: 'kafka',
      what: 'durable events/s, single posts, through one receiver into Kafka ÷ records/s of ProducerPerformance',
      goal: { atLeast: 0.25 },
      measured: sampleOf(interleavedRatios(posts, perf)),
    },
    {
      ...common,
      name: 'kafka-upload',
      what: 'the same, one upload',
      goal: { atLeast: 0.25 },
      measured: sampleOf(interleavedRatios(upload, perf)),
    },
    {
      ...common,
      name: 'kafka-embedded',
      what: 'durable events/s of the receiver on Kafka ÷ on the embedded log',
      goal: { atLeast: 0.7 },
      measured: sampleOf(interleavedRatios(posts, embedded)),
    },
  ];
}
