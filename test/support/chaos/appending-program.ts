import { Topic } from '#event-log';
import { SeededRandom } from '#oracle';
import { KafkaAppender } from '../../../libs/event-log/src/kafka/appending/kafka-appender.js';
import { KafkaConnection } from '../../../libs/event-log/src/kafka/kafka-connection.js';
import { KafkaSender } from '../../../libs/event-log/src/kafka/appending/kafka-sender.js';
import { createProducer } from '../../../libs/event-log/src/kafka/appending/record-producer.js';

// Appends records to Kafka through several appenders until it reads a line, then prints the acknowledged values. It is
// a separate program, since the point is that faults of its connections do not end it.

const APPENDERS = 6;
const MOST_RECORDS = 60;
const KEYS = 500;
/** Short, so that a run gets through many stalled connections. */
const SEND_TIMEOUT_MS = 300;

const [broker, prefix, seed] = process.argv.slice(2) as [string, string, string];
let stopping = false;
process.stdin.once('data', () => (stopping = true));

const acknowledged: string[] = [];
let [number, refused] = [0, 0];

async function appendOn(appender: KafkaAppender, random: SeededRandom): Promise<void> {
  while (!stopping) {
    const records = Array.from({ length: random.integer(1, MOST_RECORDS) }, () => ({
      key: `k${random.integer(1, KEYS)}`,
      value: String(number++),
    }));
    const topic = random.next() < 0.8 ? Topic.status : Topic.contact;
    await appender.append(topic, records).then(
      () => acknowledged.push(...records.map(({ value }) => value)),
      () => refused++,
    );
    await new Promise(setImmediate);
  }
  await appender.close();
}

await Promise.all(
  Array.from({ length: APPENDERS }, (_, n) => {
    const connection = new KafkaConnection({ brokers: [broker], prefix });
    const sender = new KafkaSender(connection, createProducer, SEND_TIMEOUT_MS);
    return appendOn(new KafkaAppender(sender), new SeededRandom(`${seed} ${n}`));
  }),
);
process.stdout.write(JSON.stringify({ acknowledged, refused }), () => process.exit(0));
