import { setTimeout as sleep } from 'node:timers/promises';
import type { Message, PartitionerArgs, Producer } from 'kafkajs';
import { unitsOf } from '../record-headers.js';
import type { LogTopicName } from '../topics.js';
import { unavailable, type KafkaConnection } from './kafka-connection.js';
import { keyPartition } from './key-partition.js';
import type { Append, RecordSender } from './record-sender.js';

/** Records of one request to the cluster are at most this large together, or one record alone. */
export const MAX_REQUEST_BYTES = 512 * 1024;

const ALL_REPLICAS = -1;
/** A leader that has moved is found by then; a longer outage is the spool's. */
const RETRY_DELAYS_MS = [50, 250, 700];
const ACKNOWLEDGE_TIMEOUT_MS = 10_000;
/** Partitions that were added are used this late at most; until then, what does not belong where it lies is moved. */
const METADATA_MAX_AGE_MS = 30_000;
/** Bytes of UTF-8 that a UTF-16 unit makes at most. */
const MAX_BYTES_PER_UNIT = 3;

/** Sends through one idempotent producer of the client. */
export class KafkaSender implements RecordSender {
  private producer: Promise<Producer> | undefined;
  /** The partitions of the request under way that no broker has answered for yet. */
  private readonly chosen = new Set<string>();

  constructor(private readonly connection: KafkaConnection) {}

  async send(appends: readonly Append[]): Promise<void> {
    for (const request of requestsOf(appends)) await this.sendRequest(request);
  }

  async close(): Promise<void> {
    await this.discard();
  }

  private async sendRequest(request: ReadonlyMap<LogTopicName, Message[]>): Promise<void> {
    for (const delayMs of [...RETRY_DELAYS_MS, undefined]) {
      try {
        return await this.attempt(request);
      } catch (cause) {
        // After a failure the producer no longer knows which of its numbers the brokers have seen. A new one does, and
        // events that are there twice change nothing.
        await this.discard();
        if (delayMs === undefined) throw unavailable(cause, 'Kafka did not take the records');
        await sleep(delayMs);
      }
    }
  }

  /**
   * Sends once, as far as we are concerned. Where the client tries again by itself, it leaves out partitions that have moved
   * meanwhile to a broker which had already answered for others, and says that all is well: so that every partition
   * that was chosen was answered for is checked here.
   */
  private async attempt(request: ReadonlyMap<LogTopicName, Message[]>): Promise<void> {
    const producer = await (this.producer ??= this.connect());
    this.chosen.clear();
    const taken = await producer.sendBatch({
      acks: ALL_REPLICAS,
      timeout: ACKNOWLEDGE_TIMEOUT_MS,
      topicMessages: [...request].map(([topic, messages]) => ({
        topic: this.connection.topic(topic),
        messages,
      })),
    });
    for (const { topicName, partition } of taken) this.chosen.delete(`${topicName}/${partition}`);
    if (this.chosen.size > 0) throw new Error(`nobody answered for ${[...this.chosen].join(', ')}`);
  }

  private async connect(): Promise<Producer> {
    const producer = this.connection.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      createPartitioner: () => this.notingPartitioner(),
      // An idempotent producer has to try again; see `attempt` for why that is not to be relied on.
      retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 2 },
    });
    await producer.connect();
    return producer;
  }

  /** Notes its choices: whether each was answered for is ours to check. */
  private notingPartitioner() {
    return ({ topic, message, partitionMetadata }: PartitionerArgs) => {
      const partition = keyPartition(message.key as Buffer, partitionMetadata.length);
      this.chosen.add(`${topic}/${partition}`);
      return partition;
    };
  }

  private async discard(): Promise<void> {
    const { producer } = this;
    this.producer = undefined;
    await producer?.then((connected) => connected.disconnect()).catch(() => undefined);
  }
}

/** Cuts the appends, in their order, into requests of bounded size. */
function* requestsOf(appends: readonly Append[]): Generator<Map<LogTopicName, Message[]>> {
  let request = new Map<LogTopicName, Message[]>();
  let bytes = 0;
  for (const { topic, records } of appends) {
    for (const { key, value, headers } of records) {
      const size = (key.length + value.length + unitsOf(headers)) * MAX_BYTES_PER_UNIT;
      if (bytes > 0 && bytes + size > MAX_REQUEST_BYTES) {
        yield request;
        request = new Map();
        bytes = 0;
      }
      const messages = request.get(topic) ?? [];
      const keyBytes = Buffer.from(key);
      messages.push(headers === undefined ? { key: keyBytes, value } : { key: keyBytes, value, headers });
      request.set(topic, messages);
      bytes += size;
    }
  }
  if (bytes > 0) yield request;
}
