import type { Admin } from 'kafkajs';
import { wallClock } from '#telemetry';
import type { GroupConsumer, GroupPosition } from '../consumer-groups.js';
import { LogUnavailableError } from '../log-errors.js';
import type { NewRecord, StoredRecord } from '../log-record.js';
import {
  type PartitionOffsets,
  type PartitionGrowth,
  type TopicLayout,
} from '../partitions/partition-layout.js';
import type { GrowableLog } from '../growable-log.js';
import type { TopicName } from '../topics.js';
import { committedPositions } from './committed-positions.js';
import { KafkaAppender } from './appending/kafka-appender.js';
import { KafkaConnection, type KafkaSettings } from './kafka-connection.js';
import { patiently } from './patiently.js';
import { unavailable } from './unavailable.js';
import { KafkaGroupConsumer } from './kafka-group-consumer.js';
import { KafkaLayouts } from './kafka-layouts.js';
import { KafkaReader } from './kafka-reader.js';
import { KafkaSender } from './appending/kafka-sender.js';
import { prepareTopics, type TopicPlan } from './kafka-topics.js';
import { partitionByMurmur2 } from '../partitions/key-partition.js';
import { loadClient } from './appending/record-producer.js';
import { topicIdOf } from './topic-ids.js';

/** The event log on a Kafka cluster. Appends are acknowledged by all in-sync replicas. */
export class KafkaEventLog implements GrowableLog {
  readonly partitionOf = partitionByMurmur2;
  private readonly appender: KafkaAppender;
  private readonly layouts: KafkaLayouts;
  private readonly readers = new Map<string, KafkaReader>();
  private admin: Promise<Admin> | undefined;
  private closed = false;

  private constructor(
    private readonly connection: KafkaConnection,
    private readonly plan: TopicPlan,
  ) {
    this.appender = new KafkaAppender(new KafkaSender(connection));
    this.layouts = new KafkaLayouts(connection, () => this.connected(), this.appender, wallClock);
  }

  /**
   * Does not wait for the cluster; methods that need it reject while it cannot be reached. The first connection creates
   * missing topics and checks the others.
   */
  static create(settings: KafkaSettings & TopicPlan): KafkaEventLog {
    return new KafkaEventLog(new KafkaConnection(settings), settings);
  }

  /** Loads the code that appends need, so that the first one does not have to wait for it. */
  async prepareAppends(): Promise<void> {
    await loadClient();
  }

  async append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    await this.connected();
    await this.appender.append(topic, records);
  }

  async read(
    topic: TopicName,
    partition: number,
    fromOffset: number,
    maxRecords: number,
  ): Promise<readonly StoredRecord[]> {
    const range = (await this.offsets(topic)).find((each) => each.partition === partition);
    if (range === undefined || fromOffset >= range.end) return [];
    const reader = await this.readerOf(topic, partition);
    return reader.read(partition, Math.max(fromOffset, range.begin), range.end, maxRecords);
  }

  async offsets(topic: TopicName): Promise<readonly PartitionOffsets[]> {
    const admin = await this.connected();
    try {
      const offsets = await patiently(() => admin.fetchTopicOffsets(this.connection.topic(topic)));
      return offsets
        .map(({ partition, low, high }) => ({ partition, begin: Number(low), end: Number(high) }))
        .sort((a, b) => a.partition - b.partition);
    } catch (cause) {
      throw unavailable(cause, `the offsets of ${topic} cannot be read`);
    }
  }

  /**
   * Combines our marker in the topic of layouts, the cluster's id and the topic's id: each can be replaced separately.
   */
  async identity(topic: TopicName): Promise<string> {
    await this.connected();
    const marker = await this.layouts.markerOfLog();
    const { clusterId, topicId } = await topicIdOf(this.connection, this.connection.topic(topic));
    return `${marker}/${clusterId}/${topicId}`;
  }

  async layout(topic: TopicName): Promise<TopicLayout> {
    const layout = await this.layouts.layoutOf(topic);
    // The client's cached metadata may be minutes old; a new client has none.
    if ((await this.offsets(topic)).length !== layout.partitions) await this.disconnectAdmin();
    return layout;
  }

  async announceGrowth(topic: TopicName, growth: PartitionGrowth): Promise<TopicLayout> {
    return this.writeGrowth(topic, growth);
  }

  async beginGeneration(
    topic: TopicName,
    growth: PartitionGrowth,
    from: readonly number[],
  ): Promise<TopicLayout> {
    return this.writeGrowth(topic, growth, from);
  }

  async addPartitions(topic: TopicName, partitions: number): Promise<void> {
    const admin = await this.connected();
    const topicPartitions = [{ topic: this.connection.topic(topic), count: partitions }];
    await admin.createPartitions({ topicPartitions }).catch((cause: unknown) => {
      throw unavailable(cause, `partitions cannot be added to ${topic}`);
    });
    await patiently(() => this.layouts.expectPartitions(topic, partitions));
  }

  async committed(group: string, topic: TopicName): Promise<readonly GroupPosition[]> {
    const admin = await this.connected();
    return committedPositions(admin, this.connection.group(group, topic), this.connection.topic(topic));
  }

  async join(group: string, topic: TopicName): Promise<GroupConsumer> {
    // Connecting creates the topics.
    await this.connected();
    return KafkaGroupConsumer.join(this.connection, () => this.connected(), group, topic);
  }

  async members(group: string, topic: TopicName): Promise<number> {
    const admin = await this.connected();
    const groupId = this.connection.group(group, topic);
    try {
      const { groups } = await patiently(() => admin.describeGroups([groupId]));
      return groups[0]?.members.length ?? 0;
    } catch (cause) {
      throw unavailable(cause, `the members of ${groupId} cannot be read`);
    }
  }

  async ping(): Promise<void> {
    const admin = await this.connected();
    await admin.describeCluster().catch((cause: unknown) => {
      throw unavailable(cause, 'Kafka cannot be reached');
    });
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.appender.close();
    for (const reader of this.readers.values()) await reader.close();
    await this.disconnectAdmin();
  }

  private async writeGrowth(
    topic: TopicName,
    growth: PartitionGrowth,
    from?: readonly number[],
  ): Promise<TopicLayout> {
    const begins = from === undefined ? {} : { from };
    await this.layouts.write({ v: 1, topic, ...growth, ...begins });
    return this.layouts.layoutOf(topic);
  }

  /** One reader per partition, so that partitions can be read in parallel. */
  private async readerOf(topic: TopicName, partition: number): Promise<KafkaReader> {
    const key = `${topic}/${partition}`;
    const reader = this.readers.get(key) ?? new KafkaReader(this.connection, () => this.connected(), topic);
    this.readers.set(key, reader);
    return reader;
  }

  private async connected(): Promise<Admin> {
    if (this.closed) throw new LogUnavailableError('the event log is closed');
    this.admin ??= this.connectAdmin();
    return this.admin;
  }

  private async disconnectAdmin(): Promise<void> {
    const { admin } = this;
    this.admin = undefined;
    await (await admin?.catch(() => undefined))?.disconnect();
  }

  private async connectAdmin(): Promise<Admin> {
    const admin = this.connection.kafka.admin();
    try {
      await admin.connect();
      await prepareTopics(admin, this.connection, this.plan);
      return admin;
    } catch (cause) {
      this.admin = undefined;
      await admin.disconnect().catch(() => undefined);
      throw unavailable(cause, 'Kafka cannot be used');
    }
  }
}
