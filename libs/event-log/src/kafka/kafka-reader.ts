import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Admin, Consumer } from 'kafkajs';
import { LogUnavailableError } from '../log-errors.js';
import type { StoredRecord } from '../log-record.js';
import { waitForEvent } from '../waiting/wait-for-event.js';
import type { KafkaConnection } from './kafka-connection.js';
import { unavailable } from './unavailable.js';
import { ReceivedRecords } from './received-records.js';
import { storedRecord } from './stored-record.js';
import type { LogTopicName } from '../topics.js';

/** If nothing arrives for this long although the partition has more, the cluster counts as unavailable. */
const SILENCE_MS = 30_000;
/** A consumer that joins while brokers recover may see no partitions, and must refresh its metadata soon. */
const METADATA_MAX_AGE_MS = 5_000;
/**
 * After an outage the client joins as a new member, and waits until the session of the former one expires. So this is
 * as short as brokers allow by default; nobody else is in the group.
 */
const SESSION_TIMEOUT_MS = 6_000;
const HEARTBEAT_MS = 2_000;

/**
 * Reads a topic's partitions from given offsets on, outside of any lasting group. The client can only consume in a
 * group, so each reader is the only member of its own group, which commits nothing and is deleted with it. A read that
 * continues where the last one ended is served from records fetched ahead.
 */
export class KafkaReader {
  private readonly received = new EventEmitter();
  private readonly waiting = new ReceivedRecords();
  private consumer: Promise<Consumer> | undefined;
  private partition = -1;
  private next = -1;
  /** The offset after the last waiting record. */
  private fetchedTo = -1;
  private paused = false;
  private group = '';

  constructor(
    private readonly connection: KafkaConnection,
    private readonly admin: () => Promise<Admin>,
    private readonly topic: LogTopicName,
    private readonly silenceMs = SILENCE_MS,
  ) {}

  /** Records of the partition from the offset on. Waits for one as long as there are any before `end`. */
  async read(
    partition: number,
    fromOffset: number,
    end: number,
    maxRecords: number,
  ): Promise<StoredRecord[]> {
    const consumer = await (this.consumer ??= this.start());
    if (partition !== this.partition || fromOffset !== this.next) this.seek(consumer, partition, fromOffset);
    while (this.waiting.size === 0 && this.next < end) {
      if (await waitForEvent(this.received, 'batch', this.silenceMs)) continue;
      this.discard(consumer);
      throw new LogUnavailableError(`partition ${partition} of ${this.topic} cannot be read`);
    }
    const records = this.waiting.take(maxRecords);
    const last = records.at(-1);
    if (last !== undefined) this.next = last.offset + 1;
    if (this.paused && this.waiting.hasRoom) {
      this.paused = false;
      consumer.resume([{ topic: this.name, partitions: [partition] }]);
    }
    return records;
  }

  async close(): Promise<void> {
    const consumer = await this.consumer?.catch(() => undefined);
    await consumer?.disconnect();
    if (consumer === undefined) return;
    const removed = this.admin().then((admin) => admin.deleteGroups([this.group]));
    await removed.catch(() => undefined);
  }

  private get name(): string {
    return this.connection.topic(this.topic);
  }

  /** Drops the consumer, whatever its state; the next read creates another. */
  private discard(consumer: Consumer): void {
    this.consumer = undefined;
    this.partition = -1;
    // A client that is restarting goes on fetching after it was disconnected.
    consumer.pause([{ topic: this.name }]);
    consumer.disconnect().catch(() => undefined);
  }

  private async start(): Promise<Consumer> {
    const group = this.connection.group(`reader-${randomUUID()}`, this.topic);
    this.group = group;
    const consumer = this.connection.kafka.consumer({
      groupId: group,
      maxWaitTimeInMs: 20,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
    });
    const joined = new Promise<void>((resolve) =>
      consumer.on(consumer.events.GROUP_JOIN, () => {
        resolve();
        if (group === this.group && this.partition >= 0) this.position(consumer);
      }),
    );
    try {
      await consumer.connect();
      await consumer.subscribe({ topic: this.name, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: async ({ batch, resolveOffset, isStale }) => {
          // A dropped consumer may still deliver records.
          if (isStale() || group !== this.group || batch.partition !== this.partition) return;
          resolveOffset(batch.lastOffset());
          this.take(
            consumer,
            batch.messages.map((message) => storedRecord(batch.partition, message)),
          );
        },
      });
    } catch (cause) {
      this.consumer = undefined;
      await consumer.disconnect().catch(() => undefined);
      throw unavailable(cause, `${this.topic} cannot be read`);
    }
    await joined;
    return consumer;
  }

  private take(consumer: Consumer, records: readonly StoredRecord[]): void {
    // A batch is always fetched whole, even if the offset lies within it.
    this.waiting.add(records.filter(({ offset }) => offset >= this.fetchedTo));
    this.fetchedTo = Math.max(this.fetchedTo, (records.at(-1)?.offset ?? -1) + 1);
    this.received.emit('batch');
    if (!this.waiting.isFull || this.paused) return;
    this.paused = true;
    consumer.pause([{ topic: this.name }]);
  }

  private seek(consumer: Consumer, partition: number, offset: number): void {
    this.waiting.clear();
    this.partition = partition;
    this.next = offset;
    this.fetchedTo = offset;
    this.paused = false;
    this.position(consumer);
  }

  /**
   * Makes the client fetch only the partition that is read, from where reading continues. A client that rejoined after
   * a failure has forgotten what was paused and sought, and would fetch the other partitions again and again. Pauses
   * all and resumes one, since the client resumes all others when it is asked to pause one.
   */
  private position(consumer: Consumer): void {
    const { name: topic, partition, fetchedTo } = this;
    consumer.pause([{ topic }]);
    consumer.seek({ topic, partition, offset: String(fetchedTo) });
    if (!this.paused) consumer.resume([{ topic, partitions: [partition] }]);
  }
}
