// The types of the client that stands in here.
// eslint-disable-next-line no-restricted-imports
import type { ICustomPartitioner, Message, PartitionMetadata, ProducerConfig } from 'kafkajs';
import { LogUnavailableError } from '../event-log.js';
import { Topic } from '../topics.js';
import { KafkaAppender } from './kafka-appender.js';
import type { KafkaConnection } from './kafka-connection.js';
import { KafkaSender } from './kafka-sender.js';

const PARTITIONS = 4;
const partitionMetadata = Array.from({ length: PARTITIONS }, (_, partitionId) => ({
  partitionId,
  leader: 1,
})) as unknown as PartitionMetadata[];

interface Batch {
  readonly topicMessages: readonly { topic: string; messages: Message[] }[];
}

/** A client whose producers answer for all partitions but those that are dropped, once each time it is told to. */
class ClientUnderTest {
  readonly received: string[] = [];
  readonly configs: ProducerConfig[] = [];
  dropsLeft = 0;

  readonly connection = {
    topic: (name: string) => name,
    kafka: { producer: (config: ProducerConfig) => this.producer(config) },
  } as unknown as KafkaConnection;

  private producer(config: ProducerConfig) {
    this.configs.push(config);
    const partitionOf = (config.createPartitioner as ICustomPartitioner)();
    return {
      connect: async () => undefined,
      disconnect: async () => undefined,
      sendBatch: async ({ topicMessages }: Batch) => {
        const byPartition = new Map<number, Message[]>();
        const [{ topic, messages }] = topicMessages as [Batch['topicMessages'][number]];
        for (const message of messages) {
          const partition = partitionOf({ topic, partitionMetadata, message });
          byPartition.set(partition, [...(byPartition.get(partition) ?? []), message]);
        }
        if (this.dropsLeft-- > 0) byPartition.delete(Math.max(...byPartition.keys()));
        for (const kept of byPartition.values())
          this.received.push(...kept.map(({ value }) => String(value)));
        return [...byPartition.keys()].map((partition) => ({ topicName: topic, partition, errorCode: 0 }));
      },
    };
  }
}

const records = Array.from({ length: 50 }, (_, i) => ({ key: `key ${i}`, value: String(i) }));

describe('appending to Kafka', () => {
  it('takes no send for success in which a partition was left out: all is sent again by a new producer', async () => {
    const client = new ClientUnderTest();
    client.dropsLeft = 1;
    const appender = new KafkaAppender(new KafkaSender(client.connection));
    await appender.append(Topic.status, records);
    expect(new Set(client.received)).toEqual(new Set(records.map(({ value }) => value)));
    expect(client.configs).toHaveLength(2);
    await appender.close();
  });

  it('fails if partitions are left out again and again', async () => {
    const client = new ClientUnderTest();
    client.dropsLeft = 100;
    const appender = new KafkaAppender(new KafkaSender(client.connection));
    await expect(appender.append(Topic.status, records)).rejects.toBeInstanceOf(LogUnavailableError);
    await appender.close();
  });
});
