import type { Admin } from 'kafkajs';
import { newLogIdentity } from '../log-identity.js';
import { LAYOUT_TOPIC, type TopicName } from '../topics.js';
import type { TopicLayout } from '../partitions/partition-layout.js';
import type { KafkaAppender } from './appending/kafka-appender.js';
import type { KafkaConnection } from './kafka-connection.js';
import { patiently } from './patiently.js';
import { unavailable } from './unavailable.js';
import { KafkaReader } from './kafka-reader.js';
import { foldLayout, isMarker, type LayoutRecord, type MarkerRecord } from './layout-record.js';

/** Records read in one page. */
const PAGE_RECORDS = 1_000;

/**
 * The layouts of the topics' partitions, stored in a topic with one partition from which nothing is ever removed. Its
 * order decides between concurrent writers.
 */
export class KafkaLayouts {
  private records: LayoutRecord[] = [];
  private marker: string | undefined;
  private readTo = 0;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: KafkaConnection,
    private readonly admin: () => Promise<Admin>,
    private readonly appender: KafkaAppender,
    private readonly now: () => number,
  ) {}

  /** The topic's layout. Recorded now, with the present partitions, if it never was. */
  async layoutOf(topic: TopicName): Promise<TopicLayout> {
    const partitions = await this.partitionsOf(topic);
    await this.readOn();
    if (foldLayout(this.records, topic).generations.length === 0) {
      await this.write({ v: 1, topic, generation: 0, partitions, run: '', from: [] });
    }
    return { ...foldLayout(this.records, topic), partitions };
  }

  /** The identity of the log. Recorded now if it never was. */
  async markerOfLog(): Promise<string> {
    await this.readOn();
    if (this.marker === undefined) {
      const marker: MarkerRecord = { v: 1, log: newLogIdentity(this.now()) };
      await this.appender.append(LAYOUT_TOPIC, [{ key: 'log', value: JSON.stringify(marker) }]);
      await this.readOn();
    }
    return this.marker!;
  }

  /** Appends a record, then reads everything up to it. */
  async write(record: LayoutRecord): Promise<void> {
    await this.appender.append(LAYOUT_TOPIC, [{ key: record.topic, value: JSON.stringify(record) }]);
    await this.readOn();
  }

  /** Rejects with a retriable error until the cluster reports that many partitions. */
  async expectPartitions(topic: TopicName, partitions: number): Promise<void> {
    const found = await this.partitionsOf(topic);
    if (found >= partitions) return;
    throw Object.assign(new Error(`${topic} has ${found} partitions still`), { retriable: true });
  }

  /** Asks the cluster each time, since the client's cache may be minutes old. */
  private async partitionsOf(topic: TopicName): Promise<number> {
    const admin = await this.admin();
    const asked = patiently(() => admin.fetchTopicMetadata({ topics: [this.connection.topic(topic)] }));
    const { topics } = await asked.catch((cause: unknown) => {
      throw unavailable(cause, `the partitions of ${topic} cannot be read`);
    });
    return topics[0]!.partitions.length;
  }

  /** Reads what was appended since the last time. Concurrent calls take turns. */
  private readOn(): Promise<void> {
    this.reading = this.reading.catch(() => undefined).then(() => this.readNew());
    return this.reading;
  }

  private async readNew(): Promise<void> {
    const admin = await this.admin();
    const name = this.connection.topic(LAYOUT_TOPIC);
    const [range] = await patiently(() => admin.fetchTopicOffsets(name)).catch((cause: unknown) => {
      throw unavailable(cause, 'the layouts of partitions cannot be read');
    });
    const end = Number(range!.high);
    if (this.readTo >= end) return;
    const reader = new KafkaReader(this.connection, this.admin, LAYOUT_TOPIC);
    try {
      while (this.readTo < end) {
        const page = await reader.read(0, this.readTo, end, PAGE_RECORDS);
        for (const { value } of page) this.take(JSON.parse(value) as LayoutRecord | MarkerRecord);
        this.readTo = page.at(-1)!.offset + 1;
      }
    } finally {
      await reader.close();
    }
  }

  private take(record: LayoutRecord | MarkerRecord): void {
    if (isMarker(record)) this.marker ??= record.log;
    else this.records.push(record);
  }
}
