import { EventEmitter } from 'node:events';
import type { Admin, Consumer, EachBatchPayload, Offsets } from 'kafkajs';
import {
  AssignmentChangedError,
  type GroupConsumer,
  type GroupPosition,
  type PartitionLag,
  type PolledBatch,
} from '../consumer-groups.js';
import type { TopicName } from '../topics.js';
import { waitForEvent } from '../waiting/wait-for-event.js';
import { committedPositions } from './committed-positions.js';
import type { KafkaConnection } from './kafka-connection.js';
import { patiently } from './patiently.js';
import { unavailable } from './unavailable.js';
import { LagAge } from './lag-age.js';
import { ReceivedRecords } from './received-records.js';
import { storedRecord } from './stored-record.js';

const SESSION_TIMEOUT_MS = 10_000;
const REBALANCE_TIMEOUT_MS = 60_000;
const FETCH_WAIT_MS = 50;
const METADATA_MAX_AGE_MS = 5_000;
const MAX_FETCH_BYTES = 8 * 1024 * 1024;
/** A removed member normally learns of it with a heartbeat, every 3 s, and rejoins by itself. */
const REJOIN_WITHIN_MS = 20_000;

/** A coordinator's error codes for commits of a member that no longer owns the partitions. */
const NO_LONGER_OWNER: ReadonlySet<unknown> = new Set([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'FENCED_INSTANCE_ID',
]);

/**
 * A member of a Kafka consumer group. The client pushes what it fetches; records that are not polled yet wait here, in
 * bounded number. When partitions move, all waiting records are dropped: the new owner of a partition starts after the
 * group's last commit.
 */
export class KafkaGroupConsumer implements GroupConsumer {
  private readonly waiting = new ReceivedRecords();
  private readonly changed = new EventEmitter();
  private readonly lagAge = new LagAge();
  private owned: readonly number[] = [];
  private assignment = 0;
  private polledAssignment = 0;
  /** Commits as a member of the present group generation, without retrying. */
  private commitOnce: ((offsets: Offsets) => Promise<void>) | undefined;
  private rejoining = false;
  private rejoinTimer: NodeJS.Timeout | undefined;
  private closed = false;
  private paused = false;

  private constructor(
    private readonly consumer: Consumer,
    private readonly admin: () => Promise<Admin>,
    private readonly group: string,
    private readonly topic: string,
    private readonly rejoinWithinMs: number,
  ) {}

  /**
   * Resolves once the member has its partitions.
   *
   * @param rejoinWithinMs time after which a member that was rejected, and has not rejoined by itself, is made to.
   */
  static async join(
    connection: KafkaConnection,
    admin: () => Promise<Admin>,
    group: string,
    topic: TopicName,
    rejoinWithinMs = REJOIN_WITHIN_MS,
  ): Promise<KafkaGroupConsumer> {
    const groupId = connection.group(group, topic);
    const consumer = connection.kafka.consumer({
      groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      // A group leader that starts while brokers recover may see no partitions, and then assigns none to anybody. It
      // must refresh its metadata soon.
      metadataMaxAge: METADATA_MAX_AGE_MS,
      maxBytes: MAX_FETCH_BYTES,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 5_000, retries: 10, restartOnFailure: async () => true },
    });
    const member = new KafkaGroupConsumer(consumer, admin, groupId, connection.topic(topic), rejoinWithinMs);
    await member.start();
    return member;
  }

  async poll(options: { maxRecords: number; waitMs: number; signal?: AbortSignal }): Promise<PolledBatch> {
    const { waitMs, signal } = options;
    if (this.waiting.size === 0) await waitForEvent(this.changed, 'received', waitMs, signal);
    const records = this.waiting.take(options.maxRecords);
    this.resumeIfRoom();
    this.polledAssignment = this.assignment;
    return { records, assignment: this.assignment };
  }

  async positions(): Promise<readonly GroupPosition[]> {
    const owned = new Set(this.owned);
    return (await this.groupPositions()).filter(({ partition }) => owned.has(partition));
  }

  private async groupPositions(): Promise<readonly GroupPosition[]> {
    return committedPositions(await this.admin(), this.group, this.topic);
  }

  async commit(positions: readonly GroupPosition[]): Promise<void> {
    if (positions.length === 0) return;
    const { assignment } = this;
    if (this.rejoining || this.polledAssignment !== assignment) throw new AssignmentChangedError();
    try {
      await this.sendCommit(positions);
    } catch (cause) {
      if (!NO_LONGER_OWNER.has((cause as { type?: unknown }).type)) {
        throw unavailable(cause, 'the positions cannot be committed');
      }
      // An answer that arrives after the next join concerns the time before; waiting records are from the time since.
      if (this.assignment === assignment) this.awaitJoin();
      throw new AssignmentChangedError();
    }
    for (const { partition, offset } of positions)
      this.lagAge.onCommitted(partition, offset, this.waiting.size === 0);
  }

  /**
   * The client's own commit retries, even after the next join, and then on behalf of the new member: it would set back
   * what the new owners of its former partitions have committed. The commit function that comes with a batch does not
   * retry.
   */
  private async sendCommit(positions: readonly GroupPosition[]): Promise<void> {
    const { topic } = this;
    const partitions = positions.map(({ partition, offset, metadata }) => ({
      partition,
      offset: String(offset),
      metadata,
    }));
    if (this.commitOnce !== undefined) return this.commitOnce({ topics: [{ topic, partitions }] });
    await this.consumer.commitOffsets(partitions.map((position) => ({ topic, ...position })));
  }

  async seek(positions: readonly { partition: number; offset: number }[]): Promise<void> {
    const begins = await this.begins();
    this.forgetWaiting();
    for (const { partition, offset } of positions) {
      const from = Math.max(offset, begins.get(partition) ?? 0);
      // This makes fetches in progress stale; their records are dropped when they arrive.
      this.consumer.seek({ topic: this.topic, partition, offset: String(from) });
    }
  }

  private async begins(): Promise<ReadonlyMap<number, number>> {
    const admin = await this.admin();
    const offsets = await patiently(() => admin.fetchTopicOffsets(this.topic)).catch((cause: unknown) => {
      throw unavailable(cause, 'the offsets of the topic cannot be read');
    });
    return new Map(offsets.map(({ partition, low }) => [partition, Number(low)]));
  }

  async lag(): Promise<readonly PartitionLag[]> {
    const admin = await this.admin();
    const [offsets, positions] = await Promise.all([
      patiently(() => admin.fetchTopicOffsets(this.topic)).catch((cause: unknown) => {
        throw unavailable(cause, 'the offsets of the topic cannot be read');
      }),
      this.groupPositions(),
    ]);
    return offsets.map(({ partition, low, high }) => {
      const committed = positions.find((each) => each.partition === partition)?.offset ?? 0;
      const begin = Math.max(committed, Number(low));
      const records = Math.max(0, Number(high) - begin);
      return { partition, records, seconds: this.lagAge.seconds(partition, begin, records) };
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.rejoinTimer);
    await this.consumer.disconnect();
  }

  private async start(): Promise<void> {
    const joined = new Promise<void>((resolve) => this.changed.once('joined', resolve));
    this.consumer.on(this.consumer.events.GROUP_JOIN, ({ payload }) =>
      this.takeAssignment(payload.memberAssignment[this.topic] ?? []),
    );
    try {
      await this.consumer.connect();
      await this.consumer.subscribe({ topic: this.topic, fromBeginning: true });
      await this.run();
    } catch (cause) {
      await this.close().catch(() => undefined);
      throw unavailable(cause, 'the consumer group cannot be joined');
    }
    await joined;
  }

  private run(): Promise<void> {
    return this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.receive(payload),
    });
  }

  /** Drops the waiting records and expects the client to rejoin; the partitions' owners then receive them again. */
  private awaitJoin(): void {
    this.forgetWaiting();
    this.rejoining = true;
    this.rejoinTimer = setTimeout(() => void this.rejoin(), this.rejoinWithinMs).unref();
  }

  /**
   * A stale coordinator (say, a broker that was paused) may have rejected us although the current one still counts us
   * as a member. Then nothing else makes the client return to the committed positions.
   */
  private async rejoin(): Promise<void> {
    await this.consumer.stop().catch(() => undefined);
    if (!this.closed) await this.run();
  }

  private takeAssignment(partitions: readonly number[]): void {
    this.forgetWaiting();
    this.owned = partitions;
    this.assignment++;
    this.rejoining = false;
    clearTimeout(this.rejoinTimer);
    this.changed.emit('joined');
  }

  /**
   * A member that was suspended fetches before it learns that it was removed, and the records may be from a time with
   * more partitions than it knows of. So a heartbeat, if one is due, comes before it accepts any.
   */
  private async receive({
    batch,
    heartbeat,
    resolveOffset,
    isStale,
    ...rest
  }: EachBatchPayload): Promise<void> {
    this.commitOnce = rest.commitOffsetsIfNecessary;
    await heartbeat();
    if (isStale() || this.rejoining) return;
    const records = batch.messages.map((message) => storedRecord(batch.partition, message));
    resolveOffset(batch.lastOffset());
    this.lagAge.onFetched(batch.partition, records);
    this.waiting.add(records);
    this.changed.emit('received');
    if (!this.waiting.isFull || this.paused) return;
    this.paused = true;
    this.consumer.pause([{ topic: this.topic }]);
  }

  private resumeIfRoom(): void {
    if (!this.paused || !this.waiting.hasRoom) return;
    this.paused = false;
    this.consumer.resume([{ topic: this.topic }]);
  }

  private forgetWaiting(): void {
    this.waiting.clear();
    this.lagAge.forgetFetched();
    this.resumeIfRoom();
  }
}
