import type { Admin } from 'kafkajs';
import { newLogIdentity } from '../log-identity.js';
import { LAYOUT_TOPIC, type TopicName } from '../topics.js';
import type { TopicLayout } from '../partition-layout.js';
import type { KafkaAppender } from './kafka-appender.js';
import type { KafkaConnection } from './kafka-connection.js';
import { patiently } from './patiently.js';
import { unavailable } from './unavailable.js';
import { KafkaReader } from './kafka-reader.js';
import { foldLayout, isMarker, type LayoutRecord, type MarkerRecord } from './layout-record.js';

/** Records of layouts that are read at once. */
const PAGE_RECORDS = 1_000;

/**
 * The layouts of the topics' partitions, kept in a topic of one partition from which nothing is ever removed: its order
 * decides between several that write at once.
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

  /** The topic's layout; written down now, with the partitions that there are, if it never was. */
  async layoutOf(topic: TopicName): Promise<TopicLayout> {
    const partitions = await this.partitionsOf(topic);
    await this.readOn();
    if (foldLayout(this.records, topic).generations.length === 0) {
      await this.write({ v: 1, topic, generation: 0, partitions, run: '', from: [] });
    }
    return { ...foldLayout(this.records, topic), partitions };
  }

  /** The identity of the log, which is written down now if it never was. */
  async markerOfLog(): Promise<string> {
    await this.readOn();
    if (this.marker === undefined) {
      const marker: MarkerRecord = { v: 1, log: newLogIdentity(this.now()) };
      await this.appender.append(LAYOUT_TOPIC, [{ key: 'log', value: JSON.stringify(marker) }]);
      await this.readOn();
    }
    return this.marker!;
  }

  /** Writes a record down, and reads what was written down until then. */
  async write(record: LayoutRecord): Promise<void> {
    await this.appender.append(LAYOUT_TOPIC, [{ key: record.topic, value: JSON.stringify(record) }]);
    await this.readOn();
  }

  /** Fails, to be asked again, until the cluster tells of so many partitions. */
  async expectPartitions(topic: TopicName, partitions: number): Promise<void> {
    const found = await this.partitionsOf(topic);
    if (found >= partitions) return;
    throw Object.assign(new Error(`${topic} has ${found} partitions still`), { retriable: true });
  }

  /** Asked of the cluster each time: what the client remembers may be minutes old. */
  private async partitionsOf(topic: TopicName): Promise<number> {
    const admin = await this.admin();
    const asked = patiently(() => admin.fetchTopicMetadata({ topics: [this.connection.topic(topic)] }));
    const { topics } = await asked.catch((cause: unknown) => {
      throw unavailable(cause, `the partitions of ${topic} cannot be told`);
    });
    return topics[0]!.partitions.length;
  }

  /** Reads what came since the last time; several that ask at once do so one after another. */
  private readOn(): Promise<void> {
    this.reading = this.reading.catch(() => undefined).then(() => this.readNew());
    return this.reading;
  }

  private async readNew(): Promise<void> {
    const admin = await this.admin();
    const name = this.connection.topic(LAYOUT_TOPIC);
    const [extent] = await patiently(() => admin.fetchTopicOffsets(name)).catch((cause: unknown) => {
      throw unavailable(cause, 'the layouts of partitions cannot be read');
    });
    const end = Number(extent!.high);
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
