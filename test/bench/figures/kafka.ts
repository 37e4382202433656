import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { encodeStatusRecord } from '#event-log';
import { KafkaCluster } from '../../support/kafka-cluster.js';
import { CONNECTIONS, LoadClient } from '../load.js';
import type { Owned } from '../owned.js';
import { progress } from '../progress.js';
import type { Figure } from '../report.js';
import { interleavedRatios, sampleOf } from '../statistics.js';
import { SYSTEM } from '../event-stream.js';

const ROUNDS = 3;
const CLASSPATH = 'deploy/kafka/target/classpath.txt';
/** Some seconds of what a broker on this machine takes. */
const PERF_RECORDS = 1_000_000;
const TOPIC = 'bench';

/** A record of the load, as the receiver writes it. */
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

export const KAFKA_METHOD = `One Kafka broker on this machine (see deploy/kafka), beside everything else. In turn, ${ROUNDS} times: Kafka's own
ProducerPerformance with ${PERF_RECORDS} records of ${RECORD_BYTES} bytes (those of the load) and acks=all; the receiver program with its log on that
broker, and with the embedded log, each loaded by ${CONNECTIONS} connections as in receive. Each run of the receiver on Kafka is divided by the mean
of the others' runs around it.`;

/** Durable events a second of a receiver on Kafka, as a share of what a producer alone can do, and of the embedded log. */
export async function measureKafka(owned: Owned, seconds: number): Promise<Figure[]> {
  const classpath = readClasspath();
  const cluster = await KafkaCluster.start();
  try {
    await makeTopic(classpath, cluster.brokers);
    const client = await LoadClient.start(owned);
    const brokers = cluster.brokers.join(',');
    const onKafka = await owned.app('receiver', { KAFKA_BROKERS: brokers, DATA_DIR: owned.directory() });
    const embedded = await owned.app('receiver', { DATA_DIR: owned.directory() });
    for (const { port } of [onKafka, embedded]) await client.warmUp(port, 'status');
    const rates = { perf: [] as number[], kafka: [] as number[], embedded: [] as number[] };
    const load = async (name: 'kafka' | 'embedded', port: number) => {
      const { answered, seconds: elapsed } = await client.load({ port, seconds, events: 'status' });
      rates[name].push(answered / elapsed);
      progress(`receiver, ${name}: ${Math.round(answered / elapsed)} events/s`);
    };
    const perf = async () => rates.perf.push(await producerPerformance(classpath, brokers));
    for (let round = 0; round < ROUNDS; round++) {
      await perf();
      await load('embedded', embedded.port);
      await load('kafka', onKafka.port);
    }
    await perf();
    await load('embedded', embedded.port);
    for (const process of [client, onKafka, embedded]) await process.stop();
    const details = {
      'receiver on Kafka, events/s': sampleOf(rates.kafka).median,
      'ProducerPerformance, records/s': sampleOf(rates.perf).median,
      'receiver on the embedded log, events/s': sampleOf(rates.embedded).median,
    };
    return [
      {
        name: 'kafka',
        what: 'durable events/s through one receiver into Kafka ÷ records/s of Kafka’s ProducerPerformance',
        goal: { atLeast: 0.25 },
        unit: '',
        measured: sampleOf(interleavedRatios(rates.kafka, rates.perf)),
        details,
      },
      {
        name: 'kafka-embedded',
        what: 'durable events/s of the receiver on Kafka ÷ on the embedded log',
        goal: { atLeast: 0.7 },
        unit: '',
        measured: sampleOf(interleavedRatios(rates.kafka, rates.embedded)),
        details,
      },
    ];
  } finally {
    await cluster.stop();
  }
}

function readClasspath(): string {
  if (!existsSync(resolve(CLASSPATH))) {
    throw new Error(
      `there is no ${CLASSPATH}: run mvn -q -f deploy/kafka/pom.xml dependency:build-classpath -Dmdep.outputFile=target/classpath.txt`,
    );
  }
  return (process.env['TEST_KAFKA_CLASSPATH'] = readFileSync(resolve(CLASSPATH), 'utf8').trim());
}

const run = promisify(execFile);

function tool(classpath: string, name: string, ...args: readonly string[]) {
  return run('java', ['-Xmx256m', '-cp', classpath, `org.apache.kafka.tools.${name}`, ...args], {
    maxBuffer: 16 * 1024 * 1024,
  });
}

async function makeTopic(classpath: string, brokers: readonly string[]): Promise<void> {
  await tool(
    classpath,
    'TopicCommand',
    '--bootstrap-server',
    brokers.join(','),
    '--create',
    '--topic',
    TOPIC,
    '--partitions',
    '12',
  );
}

async function producerPerformance(classpath: string, brokers: string): Promise<number> {
  const { stdout } = await tool(
    classpath,
    'ProducerPerformance',
    ...['--topic', TOPIC, '--num-records', String(PERF_RECORDS), '--record-size', String(RECORD_BYTES)],
    ...['--throughput', '-1', '--producer-props', `bootstrap.servers=${brokers}`, 'acks=all'],
  );
  const rates = [...stdout.matchAll(/records sent, ([\d.]+) records\/sec/g)];
  const rate = Number(rates.at(-1)![1]);
  progress(`ProducerPerformance: ${Math.round(rate)} records/s`);
  return rate;
}
