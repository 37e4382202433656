// Types of the client that is replaced here.

import type { Admin, ConsumerRunConfig, KafkaMessage } from 'kafkajs';
import { LogUnavailableError } from '../log-errors.js';
import { Topic } from '../topics.js';
import type { KafkaConnection } from './kafka-connection.js';
import { KafkaReader } from './kafka-reader.js';
import { MAX_WAITING_RECORDS } from './received-records.js';

const END = 10;
const PARTITIONS = [0, 1, 2];

type Places = readonly [{ readonly topic: string; readonly partitions?: readonly number[] }];

/** The partitions that a consumer of the client fetches, by the client's rules. */
class Fetching {
  private all = true;
  private readonly paused = new Set<number>();
  private readonly resumed = new Set<number>();
  sought: readonly [partition: number, offset: string] | undefined;

  get partitions(): readonly number[] {
    return PARTITIONS.filter((one) => !this.paused.has(one) && (this.all || this.resumed.has(one)));
  }

  pause([{ partitions }]: Places): void {
    this.all = partitions !== undefined;
    if (partitions === undefined) {
      this.paused.clear();
      this.resumed.clear();
    }
    for (const partition of partitions ?? []) this.paused.add(partition);
  }

  resume([{ partitions }]: Places): void {
    if (partitions === undefined) {
      this.all = true;
      this.paused.clear();
    }
    for (const partition of partitions ?? []) {
      this.paused.delete(partition);
      this.resumed.add(partition);
    }
  }
}

/** A client whose consumers fetch what the test provides. */
class ClientUnderTest {
  failing = false;
  connected = 0;
  /** One for each consumer so far. */
  readonly fetching: Fetching[] = [];
  private joined: () => void = () => undefined;
  private readonly runs: ConsumerRunConfig['eachBatch'][] = [];

  readonly connection = {
    topic: (name: string) => name,
    group: (name: string) => name,
    kafka: { consumer: () => this.consumer() },
  } as unknown as KafkaConnection;

  fetch(offsets: readonly number[], partition = 0, stale = false, run = this.runs.at(-1)): Promise<void> {
    const messages = offsets.map((offset) => ({
      offset: String(offset),
      timestamp: '0',
      key: null,
      value: Buffer.from(`record ${offset}`),
    })) as unknown as KafkaMessage[];
    const batch = { partition, messages, lastOffset: () => String(offsets.at(-1)) };
    const payload = { batch, resolveOffset: () => undefined, isStale: () => stale };
    return run!(payload as unknown as Parameters<NonNullable<ConsumerRunConfig['eachBatch']>>[0]);
  }

  /** Delivers through the first consumer. */
  fetchLate(offsets: readonly number[]): Promise<void> {
    return this.fetch(offsets, 0, false, this.runs[0]);
  }

  /** A consumer rejoins its group after a failure, and has forgotten what was paused and sought. */
  rejoin(): void {
    this.fetching.splice(-1, 1, new Fetching());
    this.joined();
  }

  get newest(): Fetching {
    return this.fetching.at(-1)!;
  }

  private consumer() {
    const joined: (() => void)[] = [];
    const number = this.fetching.push(new Fetching()) - 1;
    return {
      events: { GROUP_JOIN: 'join' },
      on: (_: string, listener: () => void) => joined.push(listener),
      connect: async () => void this.connected++,
      disconnect: async () => void this.connected--,
      subscribe: async () => {
        if (this.failing) throw new Error('no such topic yet');
      },
      run: async ({ eachBatch }: ConsumerRunConfig) => {
        this.runs.push(eachBatch);
        this.joined = () => joined.forEach((listener) => listener());
        this.joined();
      },
      seek: ({ partition, offset }: { partition: number; offset: string }) =>
        (this.fetching[number]!.sought = [partition, offset]),
      pause: (places: Places) => this.fetching[number]!.pause(places),
      resume: (places: Places) => this.fetching[number]!.resume(places),
    };
  }
}

describe('a reader of a partition', () => {
  let client: ClientUnderTest;
  let reader: KafkaReader;

  beforeEach(() => {
    client = new ClientUnderTest();
    reader = new KafkaReader(client.connection, async () => ({}) as Admin, Topic.status);
  });

  const read = async (from: number, most: number) =>
    (await reader.read(0, from, END, most)).map(({ offset }) => offset);
  /** Starts a read, so that fetches after it are for the requested place. */
  const begun = async (from: number, most: number) => {
    const reading = read(from, most);
    await new Promise(setImmediate);
    return { reading };
  };

  it('skips fetched records that are before the offset, of another partition, or from before a seek', async () => {
    const { reading } = await begun(3, 10);
    await client.fetch([3, 4, 5], 1);
    await client.fetch([3], 0, true);
    await client.fetch([1, 2, 3, 4]);
    expect(await reading).toEqual([3, 4]);
  });

  it('returns each record once even if the client restarts while some of them wait', async () => {
    const { reading } = await begun(0, 2);
    await client.fetch([0, 1, 2, 3]);
    expect(await reading).toEqual([0, 1]);
    await client.fetch([0, 1, 2]);
    await client.fetch([3, 4]);
    expect(await read(2, 10)).toEqual([2, 3, 4]);
  });

  it('can go back to an earlier offset', async () => {
    const { reading } = await begun(0, 2);
    await client.fetch([0, 1, 2]);
    expect(await reading).toEqual([0, 1]);
    const { reading: again } = await begun(1, 10);
    await client.fetch([1, 2, 3]);
    expect(await again).toEqual([1, 2, 3]);
  });

  it('stops fetching while too many records wait', async () => {
    const { reading } = await begun(0, 1);
    await client.fetch(Array.from({ length: MAX_WAITING_RECORDS }, (_, offset) => offset));
    await reading;
    expect(client.newest.partitions).toEqual([]);
    client.rejoin();
    expect(client.newest.partitions).toEqual([]);
    await read(1, MAX_WAITING_RECORDS / 2);
    expect(client.newest.partitions).toEqual([0]);
  });

  it('makes the client fetch only the partition that is read, also after a rejoin', async () => {
    const { reading } = await begun(3, 1);
    expect(client.newest).toMatchObject({ partitions: [0], sought: [0, '3'] });
    await client.fetch([3, 4, 5]);
    await reading;
    client.rejoin();
    expect(client.newest).toMatchObject({ partitions: [0], sought: [0, '6'] });
    expect(await read(4, 10)).toEqual([4, 5]);
  });

  it('rejects when nothing arrives, and uses another consumer for the next read', async () => {
    reader = new KafkaReader(client.connection, async () => ({}) as Admin, Topic.status, 20);
    await expect(read(0, 1)).rejects.toBeInstanceOf(LogUnavailableError);
    expect(client.connected).toBe(0);
    expect(client.newest.partitions).toEqual([]);
    const { reading } = await begun(0, 1);
    expect(client.connected).toBe(1);
    await client.fetchLate([1]);
    await client.fetch([0]);
    expect(await reading).toEqual([0]);
  });

  it('leaves no connection behind when it cannot read, and can read the next time', async () => {
    client.failing = true;
    await expect(read(0, 1)).rejects.toBeInstanceOf(LogUnavailableError);
    expect(client.connected).toBe(0);
    client.failing = false;
    const { reading } = await begun(0, 1);
    await client.fetch([0]);
    expect(await reading).toEqual([0]);
  });
});
