import type { Database } from 'lmdb';
import type { GroupConsumer, GroupPosition, PartitionLag, PolledBatch } from '../consumer-groups.js';
import type { EventReader } from '../event-reader.js';
import type { StoredRecord } from '../log-record.js';
import type { TopicName } from '../topics.js';
import { durably } from './durable-write.js';
import type { CommittedPosition } from './log-file.js';

type Positions = Database<CommittedPosition, string>;

/** What a consumer needs from the log. */
export interface ConsumedLog extends Pick<EventReader, 'read'> {
  /** Partitions of each topic. */
  readonly partitions: number;
  /** The offset of the next record of a partition. */
  end(topic: TopicName, partition: number): number;
  /** Resolves once a record of the topic may have been appended, after `waitMs`, or once `signal` is aborted. */
  untilAppended(topic: TopicName, waitMs: number, signal?: AbortSignal): Promise<void>;
}

export interface ConsumerClocks {
  /** The wall clock that the log stamps records with. It may jump. */
  readonly now: () => number;
  /** The clock that waits are measured by. */
  readonly monotonic: () => number;
}

/** The only member of its group: the embedded log has one projector, which owns every partition. */
export class EmbeddedGroupConsumer implements GroupConsumer {
  private readonly next: number[];

  constructor(
    private readonly log: ConsumedLog,
    private readonly committed: Positions,
    private readonly group: string,
    private readonly topic: TopicName,
    private readonly clocks: ConsumerClocks,
  ) {
    this.next = this.allPartitions((partition) => this.position(partition).offset);
  }

  async poll(options: { maxRecords: number; waitMs: number; signal?: AbortSignal }): Promise<PolledBatch> {
    const deadline = this.clocks.monotonic() + options.waitMs;
    for (;;) {
      const records = await this.take(options.maxRecords);
      const waitMs = deadline - this.clocks.monotonic();
      if (records.length > 0 || waitMs <= 0 || options.signal?.aborted) return { records, assignment: 0 };
      await this.log.untilAppended(this.topic, waitMs, options.signal);
    }
  }

  async positions(): Promise<readonly GroupPosition[]> {
    return this.allPartitions((partition) => this.position(partition));
  }

  async commit(positions: readonly GroupPosition[]): Promise<void> {
    await Promise.all(
      positions.map(({ partition, offset, metadata }) =>
        durably(this.committed.put(this.key(partition), { offset, note: metadata })),
      ),
    );
  }

  async seek(positions: readonly { partition: number; offset: number }[]): Promise<void> {
    for (const { partition, offset } of positions) this.next[partition] = offset;
  }

  async lag(): Promise<readonly PartitionLag[]> {
    return Promise.all(this.allPartitions((partition) => this.partitionLag(partition)));
  }

  async close(): Promise<void> {}

  /** Takes about the same number of records from each partition that has any. */
  private async take(maxRecords: number): Promise<StoredRecord[]> {
    const behind = this.next.flatMap((next, partition) =>
      next < this.log.end(this.topic, partition) ? [partition] : [],
    );
    const share = Math.ceil(maxRecords / Math.max(behind.length, 1));
    const taken: StoredRecord[] = [];
    for (const partition of behind) {
      const limit = Math.min(share, maxRecords - taken.length);
      const records = await this.log.read(this.topic, partition, this.next[partition]!, limit);
      const last = records.at(-1);
      if (last !== undefined) this.next[partition] = last.offset + 1;
      taken.push(...records);
    }
    return taken;
  }

  private async partitionLag(partition: number): Promise<PartitionLag> {
    const { offset } = this.position(partition);
    const records = this.log.end(this.topic, partition) - offset;
    if (records <= 0) return { partition, records: 0, seconds: 0 };
    const [oldest] = await this.log.read(this.topic, partition, offset, 1);
    const seconds = oldest === undefined ? 0 : Math.max(0, (this.clocks.now() - oldest.appendedAt) / 1000);
    return { partition, records, seconds };
  }

  private position(partition: number): GroupPosition {
    const { offset, note } = this.committed.get(this.key(partition)) ?? { offset: 0, note: '' };
    return { partition, offset, metadata: note };
  }

  private key(partition: number): string {
    return `${this.group}/${this.topic}/${partition}`;
  }

  private allPartitions<T>(of: (partition: number) => T): T[] {
    return Array.from({ length: this.log.partitions }, (_, partition) => of(partition));
  }
}
