import { mkdirSync } from 'node:fs';
import { open, type Database, type RootDatabase } from 'lmdb';
import { newLogIdentity } from '../log-identity.js';
import { Topic, type TopicName } from '../topics.js';
import { endKey } from './batch-key.js';
import { asDamage, asDamageIfUnreadable } from './lmdb-damage.js';
import { checkIdentity, readMarker, writeMarker, type LogMarker } from './log-marker.js';
import { LogMetadata } from './log-metadata.js';
import { LogPartition, type Bytes } from './log-partition.js';
import { freeBytesInFile } from './log-room.js';

/**
 * A write resolves once its transaction is on the disk, and a failed write leaves no unhandled promise behind. The
 * binding's own ways of batching commits would gain nothing, since `GroupCommit` batches them already.
 */
const WRITING = { overlappingSync: false, eventTurnBatching: false };

/** What a group has committed in a partition. The field names are those on disk. */
export interface CommittedPosition {
  readonly offset: number;
  /** The position's metadata. */
  readonly note: string;
}

export interface LogFileOptions {
  readonly directory: string;
  /** Partitions of each topic if the log is new. */
  readonly partitions: number;
  /** The wall clock, for the identity of a new log. */
  readonly now: () => number;
}

/**
 * The LMDB environment of an embedded log: one table per topic, from (partition, offset of a batch's first record) to
 * the batch; a table of the partitions' ends, which also holds the log's metadata; and a table of the groups'
 * positions.
 */
export class LogFile {
  readonly environment: RootDatabase;
  readonly ends: Database<number, string>;
  readonly positions: Database<CommittedPosition, string>;
  readonly metadata: LogMetadata;
  readonly partitions: number;
  readonly identity: string;
  private readonly tables: ReadonlyMap<TopicName, Bytes>;
  private readonly contents: ReadonlyMap<string, LogPartition>;

  /**
   * Opens the log of the directory, or creates it.
   *
   * @throws LogReplacedError if another log was in the directory.
   * @throws LogDamagedError
   */
  constructor(options: LogFileOptions) {
    const { directory } = options;
    mkdirSync(directory, { recursive: true });
    const marker = readMarker(directory);
    this.environment = asDamage(() => open({ path: directory, noSubdir: false, maxDbs: 8, ...WRITING }));
    try {
      this.tables = asDamageIfUnreadable(() => this.openTables());
      this.ends = asDamageIfUnreadable(() => this.environment.openDB({ name: 'ends' }));
      this.positions = asDamageIfUnreadable(() => this.environment.openDB({ name: 'positions' }));
      this.metadata = new LogMetadata(this.ends);
      const known = this.identify(options, marker);
      this.identity = known.identity;
      this.partitions = known.partitions;
      this.contents = known.contents;
      if (marker === undefined) writeMarker(directory, this.identity);
    } catch (error) {
      void this.environment.close();
      throw error;
    }
  }

  table(topic: TopicName): Bytes {
    return this.tables.get(topic)!;
  }

  partition(topic: TopicName, partition: number): LogPartition {
    return this.contents.get(endKey(topic, partition))!;
  }

  /** The partitions of all topics. */
  allPartitions(): readonly LogPartition[] {
    return [...this.contents.values()];
  }

  /** The offset after the last record of the partition, as all processes see it. */
  end(topic: TopicName, partition: number): number {
    return this.ends.get(endKey(topic, partition)) ?? 0;
  }

  /** Space inside the file that new records can use. */
  freeBytes(): number {
    return freeBytesInFile(this.environment, [...this.tables.values(), this.ends, this.positions]);
  }

  /**
   * Repeats a failed read in a write transaction: what looks like damage may be batches that another thread or process
   * removed in the middle of the read. @throws LogDamagedError if it is damage.
   */
  readConsistently<T>(read: () => T): T {
    return asDamageIfUnreadable(() => this.environment.transactionSync(read));
  }

  close(): Promise<void> {
    return this.environment.close();
  }

  private openTables(): Map<TopicName, Bytes> {
    const bytes = { encoding: 'binary', keyEncoding: 'binary' } as const;
    const table = (name: TopicName) => this.environment.openDB<Buffer, Buffer>({ name, ...bytes });
    return new Map(Object.values(Topic).map((name) => [name, table(name)]));
  }

  /** Initializes a new log, or reads what is known of an existing one and checks where its partitions begin and end. */
  private identify({ directory, partitions: wanted, now }: LogFileOptions, marker: LogMarker | undefined) {
    return asDamageIfUnreadable(() =>
      this.environment.transactionSync(() => {
        const known = this.metadata.identity;
        if (marker !== undefined) checkIdentity(directory, marker, known);
        const identity = known ?? newLogIdentity(now());
        if (known === undefined) this.metadata.identity = identity;
        const partitions = this.fixPartitions(wanted);
        const contents = this.openPartitions(partitions);
        for (const partition of contents.values()) {
          partition.prepare(known === undefined);
          partition.checkExtent();
        }
        return { identity, partitions, contents };
      }),
    );
  }

  private fixPartitions(wanted: number): number {
    const fixed = this.ends.get('partitions');
    if (fixed === undefined) this.ends.putSync('partitions', wanted);
    return fixed ?? wanted;
  }

  private openPartitions(partitions: number): Map<string, LogPartition> {
    const contents = new Map<string, LogPartition>();
    for (const [topic, table] of this.tables) {
      for (let partition = 0; partition < partitions; partition++) {
        const opened = new LogPartition(topic, partition, table, this.ends, this.metadata);
        contents.set(endKey(topic, partition), opened);
      }
    }
    return contents;
  }
}
