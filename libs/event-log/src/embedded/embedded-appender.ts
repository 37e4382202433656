import { earliestAppendTime } from '#domain';
import { GroupCommit } from '../waiting/group-commit.js';
import { partitionByFnv1a } from '../partitions/key-partition.js';
import { LogUnavailableError } from '../log-errors.js';
import type { NewRecord } from '../log-record.js';
import { unitsOf } from '../record-headers.js';
import type { TopicName } from '../topics.js';
import { batchKey, endKey } from './batch-key.js';
import { SEAL_BYTES, sealBatch } from './batch-seal.js';
import { durably } from './durable-write.js';
import type { LogFile } from './log-file.js';
import { freeBytesOnDisk, hasRoomFor } from './log-room.js';
import { encodeBatch } from './record-batch.js';

/** A UTF-16 unit of a record takes at most this many bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * While the clock is set back by no more than this, append times stay at the latest one so that they never decrease.
 */
const LARGEST_CLOCK_CORRECTION_MS = 3_600_000;

export interface EmbeddedAppenderOptions {
  readonly directory: string;
  /** Free space on the disk that appends leave alone. */
  readonly reservedBytes: number;
  readonly now: () => number;
  /** Called for each partition with new records, once they are durable. */
  onAppended(topic: TopicName): void;
}

interface Append {
  readonly topic: TopicName;
  readonly records: readonly NewRecord[];
}

/** Records that one commit appends to one partition. */
interface Batch {
  readonly topic: TopicName;
  readonly partition: number;
  readonly records: NewRecord[];
}

/**
 * Appends to an embedded log: one durable commit for all appends that arrive while the previous commit is in progress.
 */
export class EmbeddedAppender {
  private readonly commits = new GroupCommit<Append>((appends) => this.commit(appends));
  private lastAppendedAt = 0;

  constructor(
    private readonly file: LogFile,
    private readonly options: EmbeddedAppenderOptions,
  ) {}

  append(topic: TopicName, records: readonly NewRecord[]): Promise<void> {
    return this.commits.add({ topic, records });
  }

  /** Resolves once no append is in progress. */
  idle(): Promise<void> {
    return this.commits.idle();
  }

  /** @throws LogUnavailableError if appending this many bytes would use space that is reserved. */
  checkRoomFor(bytes: number): void {
    const { directory, reservedBytes } = this.options;
    const onDisk = freeBytesOnDisk(directory);
    if (hasRoomFor(bytes, reservedBytes, { onDisk, inFile: () => this.file.freeBytes() })) return;
    throw new LogUnavailableError(`the disk of the event log has only ${onDisk} bytes free`);
  }

  private async commit(appends: readonly Append[]): Promise<void> {
    const batches = this.groupByPartition(appends);
    this.checkRoomFor(sizeOf(batches));
    const appendedAt = this.appendTime();
    for (let left = batches; left.length > 0;) left = await this.putAtEnds(left, appendedAt);
    for (const { topic } of batches) this.options.onAppended(topic);
  }

  /**
   * Puts each batch at the end of its partition and flushes. Uses conditional puts rather than a transaction that reads
   * the ends, because a transaction would go back and forth between LMDB's writing thread and a busy event loop.
   *
   * @returns the batches whose place another process took first.
   */
  private async putAtEnds(batches: readonly Batch[], appendedAt: number): Promise<readonly Batch[]> {
    const { file } = this;
    const puts = batches.map(({ topic, partition, records }) => {
      const end = file.end(topic, partition);
      const table = file.table(topic);
      const batch = encodeBatch(records, appendedAt, SEAL_BYTES);
      sealBatch(batch, { topic, partition, baseOffset: end });
      const put = table.ifNoExists(batchKey(partition, end), () => {
        void table.put(batchKey(partition, end), batch);
        void file.ends.put(endKey(topic, partition), end + records.length);
      });
      return durably(put);
    });
    const done = await Promise.all(puts);
    return batches.filter((_, i) => !done[i]);
  }

  private groupByPartition(appends: readonly Append[]): readonly Batch[] {
    const batches = new Map<string, Batch>();
    for (const { topic, records } of appends) {
      for (const record of records) {
        const partition = partitionByFnv1a(record.key, this.file.partitions);
        const name = endKey(topic, partition);
        const batch = batches.get(name);
        if (batch === undefined) batches.set(name, { topic, partition, records: [record] });
        else batch.records.push(record);
      }
    }
    return [...batches.values()];
  }

  /**
   * Follows a clock that is set back by more than a correction, since it was ahead before, perhaps by years; but not to
   * before the last run of the retention.
   */
  private appendTime(): number {
    const now = Math.max(this.options.now(), earliestAppendTime(this.file.metadata.retention));
    const isCorrection = this.lastAppendedAt - now <= LARGEST_CLOCK_CORRECTION_MS;
    return (this.lastAppendedAt = isCorrection ? Math.max(now, this.lastAppendedAt) : now);
  }
}

function sizeOf(batches: readonly Batch[]): number {
  let units = 0;
  for (const { records } of batches) {
    for (const { value, headers } of records) units += value.length + unitsOf(headers);
  }
  return units * MAX_BYTES_PER_UNIT;
}
