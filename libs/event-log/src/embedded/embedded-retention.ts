import type { RootDatabase } from 'lmdb';
import { cutoffOf, decideRetention, type RetentionFindings } from '#domain';
import type { RetentionRun } from '../retention/retention-run.js';
import { durably } from './durable-write.js';
import type { LogMetadata } from './log-metadata.js';
import type { LogPartition, RemovableBatch } from './log-partition.js';

/** Batches removed by one transaction. The next one can use the pages that it frees. */
const BATCHES_PER_REMOVAL = 1_000;

export interface EmbeddedRetentionParts {
  readonly environment: RootDatabase;
  readonly metadata: LogMetadata;
  /** The partitions that the retention applies to. */
  readonly partitions: readonly LogPartition[];
  readonly now: () => number;
  readonly retentionMs: number;
}

/** The retention of an embedded log: removes whole batches, oldest first, if the policy allows it. */
export class EmbeddedRetention {
  constructor(private readonly parts: EmbeddedRetentionParts) {}

  /** What a run would find now; changes nothing. */
  find(): RetentionFindings {
    return this.look().findings;
  }

  /** @param isConfirmed whether an operator has seen what would be removed and overrides the policy. */
  async run(isConfirmed: boolean): Promise<RetentionRun> {
    const { findings, expired } = this.look();
    const { now } = findings;
    const cutoff = cutoffOf(findings);
    const decision = isConfirmed ? ({ kind: 'approved', cutoff } as const) : decideRetention(findings);
    if (decision.kind !== 'approved') return { findings, decision, removed: 0 };
    // Stored before anything is removed, so that an interrupted run continues under the same decision.
    await durably(this.parts.metadata.putRetention({ ranAt: now, cutoff }));
    for (const [partition, batches] of expired)
      await removeBatches(this.parts.environment, partition, batches);
    return { findings, decision, removed: findings.expired };
  }

  private look() {
    const { partitions, metadata, now: clock, retentionMs } = this.parts;
    const now = clock();
    const expired = new Map<LogPartition, readonly RemovableBatch[]>();
    let [records, expiredRecords, newestAt] = [0, 0, -Infinity];
    for (const partition of partitions) {
      const batches = partition.expiredBefore(now - retentionMs, now);
      expired.set(partition, batches);
      records += partition.end - partition.begin;
      expiredRecords += (batches.at(-1)?.end ?? partition.begin) - partition.begin;
      newestAt = Math.max(newestAt, partition.lastAppendedAt ?? -Infinity);
    }
    const findings: RetentionFindings = {
      now,
      retentionMs,
      newestAt: newestAt === -Infinity ? undefined : newestAt,
      last: metadata.retention,
      records,
      expired: expiredRecords,
    };
    return { findings, expired };
  }
}

/** Removes the batches, which must be the oldest of the partition, some at a time. */
export async function removeBatches(
  environment: RootDatabase,
  partition: LogPartition,
  batches: readonly RemovableBatch[],
): Promise<void> {
  for (let from = 0; from < batches.length; from += BATCHES_PER_REMOVAL) {
    const some = batches.slice(from, from + BATCHES_PER_REMOVAL);
    await durably(environment.transaction(() => partition.remove(some)));
  }
}
