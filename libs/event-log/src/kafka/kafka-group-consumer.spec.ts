// The types of the client that stands in here.

import type { Admin, EachBatchPayload, KafkaMessage, Offsets } from 'kafkajs';
import { eventually } from '../../../../test/support/http/service-client.js';
import { AssignmentChangedError, LogUnavailableError } from '../event-log.js';
import { Topic } from '../topics.js';
import type { KafkaConnection } from './kafka-connection.js';
import { KafkaGroupConsumer } from './kafka-group-consumer.js';
import { MAX_WAITING_RECORDS } from './received-records.js';

const COMMIT = [{ partition: 0, offset: 1, metadata: 'n' }];
const REJOIN_WITHIN_MS = 1;

/** A client whose only consumer fetches, commits and is given partitions as the test says. */
class ClientUnderTest {
  /** What the coordinator answers to commits, if not that all is well. */
  refusal: string | undefined;
  failsToJoin = false;
  connected = false;
  paused = false;
  resolved: string[] = [];
  committed: unknown[] = [];
  /** By what tries again, whatever becomes of the member meanwhile. */
  committedAgainAndAgain: unknown[] = [];
  joins = 0;
  /** What happens between a commit and its answer. */
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
    commitOffsets: async (offsets: readonly unknown[]) => void this.committedAgainAndAgain.push(...offsets),
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

  /** @param onHeartbeat what becomes of the member with the heartbeat that is due. @returns whether the batch is stale. */
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
        partitions: [0, 1, 2].map((partition) => ({ partition, offset: '7', metadata: 'note' })),
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

  it('that slept learns with a heartbeat that it is none any more, before it takes what it fetched', async () => {
    const member = await join();
    await client.fetch(3, () => 'stale');
    expect(await poll(member)).toBe(0);
    expect(client.resolved).toEqual([]);
    await client.fetch(3);
    expect(await poll(member)).toBe(3);
    expect(client.resolved).toEqual(['2']);
  });

  it('drops what waits when partitions move, and commits nothing that was polled before', async () => {
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
    expect(client.committedAgainAndAgain).toEqual([]);
  });

  it('that nothing has come to can commit too', async () => {
    const member = await join();
    await poll(member);
    await member.commit(COMMIT);
    expect(client.committedAgainAndAgain).toEqual([
      { topic: Topic.status, partition: 0, offset: '1', metadata: 'n' },
    ]);
  });

  it.each(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID'])(
    'whose commit is answered %s takes and commits nothing until it has joined again',
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

  it('goes on with what came since it joined again, when the answer to a commit from before is late', async () => {
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

  it('that was told it is none, and learns of no heartbeat that it has to join, joins again all the same', async () => {
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

  it('that is closed meanwhile does not join again', async () => {
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

  it('whose commit fails otherwise keeps what waits, and can commit again', async () => {
    const member = await join();
    await client.fetch(3);
    expect(await poll(member, 1)).toBe(1);
    client.refusal = 'COORDINATOR_NOT_AVAILABLE';
    await expect(member.commit(COMMIT)).rejects.toBeInstanceOf(LogUnavailableError);
    client.refusal = undefined;
    await member.commit(COMMIT);
    expect(await poll(member)).toBe(2);
  });

  it('fetches nothing more while too much waits', async () => {
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

  it('tells the positions of its own partitions', async () => {
    const member = await join();
    expect(await member.positions()).toEqual([
      { partition: 0, offset: 7, metadata: 'note' },
      { partition: 1, offset: 7, metadata: 'note' },
    ]);
  });

  it('that cannot join leaves no connection behind', async () => {
    client.failsToJoin = true;
    await expect(join()).rejects.toBeInstanceOf(LogUnavailableError);
    expect(client.connected).toBe(false);
  });
});
