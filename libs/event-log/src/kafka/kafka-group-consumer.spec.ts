// Types of the client that is replaced here.

import type { Admin, EachBatchPayload, KafkaMessage, Offsets } from 'kafkajs';
import { eventually } from '../../../../test/support/http/service-client.js';
import { AssignmentChangedError } from '../consumer-groups.js';
import { LogUnavailableError } from '../log-errors.js';
import { Topic } from '../topics.js';
import type { KafkaConnection } from './kafka-connection.js';
import { KafkaGroupConsumer } from './kafka-group-consumer.js';
import { MAX_WAITING_RECORDS } from './received-records.js';

const COMMIT = [{ partition: 0, offset: 1, metadata: 'n' }];
const REJOIN_WITHIN_MS = 1;

/** A client whose only consumer fetches, commits and is assigned partitions as the test says. */
class ClientUnderTest {
  /** The coordinator's error for commits, if any. */
  refusal: string | undefined;
  failsToJoin = false;
  connected = false;
  paused = false;
  resolved: string[] = [];
  committed: unknown[] = [];
  /** Committed through the function that retries whatever happens to the member. */
  committedWithRetries: unknown[] = [];
  joins = 0;
  /** Called between a commit and its answer. */
  beforeAnswer: () => Promise<void> | void = () => undefined;
  private eachBatch: ((payload: EachBatchPayload) => Promise<void>) | undefined;
  private joined: ((event: unknown) => void) | undefined;

  readonly connection = {
    topic: (name: string) => name,
    group: (name: string) => name,
    kafka: { consumer: () => this.consumer },
  } as unknown as KafkaConnection;

  private readonly consumer = {
    events: { GROUP_JOIN: 'join' },
    on: (_: string, listener: (event: unknown) => void) => (this.joined = listener),
    connect: async () => void (this.connected = true),
    disconnect: async () => void (this.connected = false),
    subscribe: async () => {
      if (this.failsToJoin) throw new Error('no such topic yet');
    },
    run: async (config: { eachBatch: (payload: EachBatchPayload) => Promise<void> }) => {
      this.eachBatch = config.eachBatch;
      this.joins++;
      this.assign(0, 1);
    },
    stop: async () => undefined,
    pause: () => (this.paused = true),
    resume: () => (this.paused = false),
    commitOffsets: async (offsets: readonly unknown[]) => void this.committedWithRetries.push(...offsets),
  };

  private readonly commitOnce = async ({ topics }: Offsets) => {
    await this.beforeAnswer();
    if (this.refusal !== undefined) throw Object.assign(new Error(this.refusal), { type: this.refusal });
    for (const { topic, partitions } of topics)
      this.committed.push(...partitions.map((position) => ({ topic, ...position })));
  };

  assign(...partitions: number[]): void {
    this.joined!({ payload: { memberAssignment: { [Topic.status]: partitions } } });
  }

  /** @param onHeartbeat called at the heartbeat; returns `'stale'` if that makes the batch stale. */
  async fetch(count: number, onHeartbeat: () => 'stale' | void = () => undefined): Promise<void> {
    let stale = false;
    const messages = Array.from({ length: count }, (_, offset) => ({
      offset: String(offset),
      timestamp: '0',
      key: null,
      value: Buffer.from('v'),
    })) as unknown as KafkaMessage[];
    await this.eachBatch!({
      batch: { partition: 0, messages, lastOffset: () => String(count - 1) },
      heartbeat: async () => void (stale = onHeartbeat() === 'stale'),
      resolveOffset: (offset: string) => this.resolved.push(offset),
      isStale: () => stale,
      commitOffsetsIfNecessary: this.commitOnce,
    } as unknown as EachBatchPayload);
  }
}

describe('a member of a group', () => {
  let client: ClientUnderTest;
  const admin = {
    fetchOffsets: async () => [
      {
        topic: Topic.status,
        partitions: [0, 1, 2].map((partition) => ({ partition, offset: '7', metadata: 'kept' })),
      },
    ],
  } as unknown as Admin;

  beforeEach(() => {
    client = new ClientUnderTest();
  });

  const join = (rejoinWithinMs?: number) =>
    KafkaGroupConsumer.join(client.connection, async () => admin, 'group', Topic.status, rejoinWithinMs);
  const poll = async (member: KafkaGroupConsumer, maxRecords = 100) =>
    (await member.poll({ maxRecords, waitMs: 0 })).records.length;

  it('drops fetched records when the heartbeat after a pause reveals that it was removed', async () => {
    const member = await join();
    await client.fetch(3, () => 'stale');
    expect(await poll(member)).toBe(0);
    expect(client.resolved).toEqual([]);
    await client.fetch(3);
    expect(await poll(member)).toBe(3);
    expect(client.resolved).toEqual(['2']);
  });

  it('drops waiting records when partitions move, and commits nothing that was polled before', async () => {
    const member = await join();
    const { assignment: before } = await member.poll({ maxRecords: 1, waitMs: 0 });
    await client.fetch(3);
    expect(await poll(member, 1)).toBe(1);
    client.assign(0);
    await expect(member.commit(COMMIT)).rejects.toBeInstanceOf(AssignmentChangedError);
    expect(client.committed).toEqual([]);
    const { records, assignment } = await member.poll({ maxRecords: 9, waitMs: 0 });
    expect([records.length, assignment > before]).toEqual([0, true]);
    await member.commit(COMMIT);
    expect(client.committed).toEqual([{ topic: Topic.status, partition: 0, offset: '1', metadata: 'n' }]);
    expect(client.committedWithRetries).toEqual([]);
  });

  it('can commit before it has fetched anything', async () => {
    const member = await join();
    await poll(member);
    await member.commit(COMMIT);
    expect(client.committedWithRetries).toEqual([
      { topic: Topic.status, partition: 0, offset: '1', metadata: 'n' },
    ]);
  });

  it.each(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID'])(
    'accepts and commits nothing after a commit fails with %s, until it has rejoined',
    async (refusal) => {
      const member = await join();
      await client.fetch(3);
      expect(await poll(member, 1)).toBe(1);
      client.refusal = refusal;
      await expect(member.commit(COMMIT)).rejects.toBeInstanceOf(AssignmentChangedError);
      client.refusal = undefined;
      await client.fetch(3);
      expect(await poll(member)).toBe(0);
      await expect(member.commit(COMMIT)).rejects.toBeInstanceOf(AssignmentChangedError);
      client.assign(0);
      await client.fetch(3);
      expect(await poll(member)).toBe(3);
      await member.commit(COMMIT);
      expect(client.committed).toHaveLength(1);
    },
  );

  it('keeps what it fetched since it rejoined when the answer to an earlier commit arrives late', async () => {
    const member = await join();
    await client.fetch(3);
    expect(await poll(member, 1)).toBe(1);
    client.refusal = 'ILLEGAL_GENERATION';
    client.beforeAnswer = async () => {
      client.assign(0);
      await client.fetch(2);
    };
    await expect(member.commit(COMMIT)).rejects.toBeInstanceOf(AssignmentChangedError);
    client.refusal = undefined;
    client.beforeAnswer = () => undefined;
    expect(await poll(member)).toBe(2);
    await client.fetch(1);
    expect(await poll(member)).toBe(1);
    await member.commit(COMMIT);
    expect(client.committed).toHaveLength(1);
  });

  it('rejoins after a rejected commit even if no heartbeat makes its client do so', async () => {
    const member = await join(1);
    await client.fetch(3);
    await poll(member, 1);
    client.refusal = 'UNKNOWN_MEMBER_ID';
    await expect(member.commit(COMMIT)).rejects.toBeInstanceOf(AssignmentChangedError);
    client.refusal = undefined;
    await eventually(() => client.joins === 2);
    await client.fetch(3);
    expect(await poll(member)).toBe(3);
    await member.commit(COMMIT);
    expect(client.committed).toHaveLength(1);
  });

  it('does not rejoin if it is closed meanwhile', async () => {
    const member = await join(REJOIN_WITHIN_MS);
    await client.fetch(1);
    await poll(member);
    client.refusal = 'UNKNOWN_MEMBER_ID';
    await expect(member.commit(COMMIT)).rejects.toBeInstanceOf(AssignmentChangedError);
    await member.close();
    // A later timer of the same duration fires after the member's own, if that is still set.
    await new Promise((resolve) => setTimeout(resolve, REJOIN_WITHIN_MS));
    await new Promise(setImmediate);
    expect([client.joins, client.connected]).toEqual([1, false]);
  });

  it('keeps waiting records when a commit fails for another reason, and can commit again', async () => {
    const member = await join();
    await client.fetch(3);
    expect(await poll(member, 1)).toBe(1);
    client.refusal = 'COORDINATOR_NOT_AVAILABLE';
    await expect(member.commit(COMMIT)).rejects.toBeInstanceOf(LogUnavailableError);
    client.refusal = undefined;
    await member.commit(COMMIT);
    expect(await poll(member)).toBe(2);
  });

  it('stops fetching while too many records wait', async () => {
    const member = await join();
    await client.fetch(MAX_WAITING_RECORDS - 1);
    expect(client.paused).toBe(false);
    await client.fetch(1);
    expect(client.paused).toBe(true);
    await poll(member, MAX_WAITING_RECORDS / 2);
    expect(client.paused).toBe(true);
    await poll(member, 1);
    expect(client.paused).toBe(false);
    await client.fetch(MAX_WAITING_RECORDS);
    client.assign(0);
    expect(client.paused).toBe(false);
  });

  it('returns the positions of its own partitions only', async () => {
    const member = await join();
    expect(await member.positions()).toEqual([
      { partition: 0, offset: 7, metadata: 'kept' },
      { partition: 1, offset: 7, metadata: 'kept' },
    ]);
  });

  it('leaves no connection behind when it cannot join', async () => {
    client.failsToJoin = true;
    await expect(join()).rejects.toBeInstanceOf(LogUnavailableError);
    expect(client.connected).toBe(false);
  });
});
