import { setTimeout as sleep } from 'node:timers/promises';
import type { NewRecord, RecordHeaders } from '../log-record.js';
import { unitsOf } from '../record-headers.js';
import type { LogTopicName } from '../topics.js';
import { withTimeout } from '../with-timeout.js';
import type { KafkaConnection } from './kafka-connection.js';
import { unavailable } from './unavailable.js';
import { createProducer, type Message, type RecordProducer } from './record-producer.js';

/** Records that somebody wants to be appended to a topic, together. */
export interface Append {
  readonly topic: LogTopicName;
  readonly records: readonly NewRecord[];
}

/** Records of one request to the cluster are at most this large together, or one record alone. */
export const MAX_REQUEST_BYTES = 512 * 1024;

/** A leader that has moved is found by then; a longer outage is the spool's. */
export const RETRY_DELAYS_MS = [50, 250, 700];
/** A broker that has stopped, and not closed its connections, is given up then. */
const SEND_TIMEOUT_MS = 15_000;
/** Bytes of UTF-8 that a UTF-16 unit makes at most. */
const MAX_BYTES_PER_UNIT = 3;

/** Sends records to the cluster. */
export class KafkaSender {
  private readonly producers = new Map<LogTopicName, Promise<RecordProducer>>();

  /** @param create makes a producer; called again whenever one has failed. */
  constructor(
    private readonly connection: KafkaConnection,
    private readonly create: (connection: KafkaConnection) => Promise<RecordProducer> = createProducer,
    private readonly sendTimeoutMs = SEND_TIMEOUT_MS,
  ) {}

  /**
   * Resolves once all records are with all in-sync replicas, in their order within each partition. Not called again
   * before it has settled.
   *
   * @throws LogUnavailableError if some of them may not be there. They may be there all the same, or twice.
   */
  async send(appends: readonly Append[]): Promise<void> {
    for (const request of this.requestsOf(appends)) {
      const sends = [...request].map(([topic, messages]) => this.sendTo(topic, messages));
      for (const sent of await Promise.allSettled(sends)) if (sent.status === 'rejected') throw sent.reason;
    }
  }

  /** Not called while anything is being sent. */
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
        // Its numbers are of no use after a failure: a broker that has seen one takes what comes with it for a repeat,
        // and says that all is well. A new producer has new ones, and events that are there twice change nothing.
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

  /** Cuts the appends, in their order, into requests of bounded size. */
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
