import { setTimeout as sleep } from 'node:timers/promises';
import type { NewRecord, RecordHeaders } from '../../log-record.js';
import { unitsOf } from '../../record-headers.js';
import type { LogTopicName } from '../../topics.js';
import { withTimeout } from '../../waiting/with-timeout.js';
import type { KafkaConnection } from '../kafka-connection.js';
import { unavailable } from '../unavailable.js';
import { createProducer, type Message, type RecordProducer } from './record-producer.js';

/** Records to append to a topic together. */
export interface Append {
  readonly topic: LogTopicName;
  readonly records: readonly NewRecord[];
}

/** Maximum size of the records in one request. A larger record is sent alone. */
export const MAX_REQUEST_BYTES = 512 * 1024;

/** Long enough to find a partition's new leader. The spool bridges longer outages. */
export const RETRY_DELAYS_MS = [50, 250, 700];
/** After this time without an answer, a broker counts as stopped even if its connections are still open. */
const SEND_TIMEOUT_MS = 15_000;
/** A UTF-16 unit takes at most this many bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/** Sends records to the cluster. */
export class KafkaSender {
  private readonly producers = new Map<LogTopicName, Promise<RecordProducer>>();

  /** @param create creates a producer; called again whenever one has failed. */
  constructor(
    private readonly connection: KafkaConnection,
    private readonly create: (connection: KafkaConnection) => Promise<RecordProducer> = createProducer,
    private readonly sendTimeoutMs = SEND_TIMEOUT_MS,
  ) {}

  /**
   * Resolves once all in-sync replicas have all records, in their order within each partition. Must not be called again
   * before the promise is settled.
   *
   * @throws LogUnavailableError if some of the records may not be stored. They may be stored nevertheless, even twice.
   */
  async send(appends: readonly Append[]): Promise<void> {
    for (const request of this.requestsOf(appends)) {
      const sends = [...request].map(([topic, messages]) => this.sendTo(topic, messages));
      for (const sent of await Promise.allSettled(sends)) if (sent.status === 'rejected') throw sent.reason;
    }
  }

  /** Must not be called while anything is being sent. */
  async close(): Promise<void> {
    for (const topic of this.producers.keys()) await this.discard(topic);
  }

  private async sendTo(topic: LogTopicName, messages: Message[]): Promise<void> {
    for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
      try {
        const producer = await this.producerOf(topic);
        await withTimeout(producer.send({ messages }), this.sendTimeoutMs);
        return;
      } catch (cause) {
        // After a failure its sequence numbers are unusable: a broker that has seen one treats what comes with it as a
        // repeat and acknowledges it without storing it. A new producer has new ones, and duplicate events change
        // nothing.
        await this.discard(topic);
        if (delayMs === undefined) throw unavailable(cause, 'Kafka did not take the records');
        await sleep(delayMs);
      }
    }
  }

  private producerOf(topic: LogTopicName): Promise<RecordProducer> {
    const producer = this.producers.get(topic) ?? this.create(this.connection);
    this.producers.set(topic, producer);
    return producer;
  }

  private async discard(topic: LogTopicName): Promise<void> {
    const producer = this.producers.get(topic);
    this.producers.delete(topic);
    await producer?.then((created) => created.end()).catch(() => undefined);
  }

  /** Splits the appends, in their order, into requests of bounded size. */
  private *requestsOf(appends: readonly Append[]): Generator<Map<LogTopicName, Message[]>> {
    let request = new Map<LogTopicName, Message[]>();
    let bytes = 0;
    for (const { topic, records } of appends) {
      const name = this.connection.topic(topic);
      for (const record of records) {
        const size = (record.key.length + record.value.length + unitsOf(record.headers)) * MAX_BYTES_PER_UNIT;
        if (bytes > 0 && bytes + size > MAX_REQUEST_BYTES) {
          yield request;
          request = new Map();
          bytes = 0;
        }
        const messages = request.get(topic);
        if (messages === undefined) request.set(topic, [messageOf(name, record)]);
        else messages.push(messageOf(name, record));
        bytes += size;
      }
    }
    if (bytes > 0) yield request;
  }
}

function messageOf(topic: string, { key, value, headers }: NewRecord): Message {
  const message = { topic, key: Buffer.from(key), value: Buffer.from(value) };
  return headers === undefined ? message : { ...message, headers: headersOf(headers) };
}

function headersOf(headers: RecordHeaders): Map<Buffer, Buffer> {
  return new Map(
    Object.entries(headers).map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const),
  );
}
