import {
  cutoffOf,
  decideRetention,
  MAX_ORDINARY_ADVANCE_MS,
  MAX_UNCONFIRMED_SHARE,
  type RetentionFindings,
  type RetentionState,
} from '#domain';
import { Topic, type PartitionOffsets, type TopicName } from '#event-log';
import type { GroundTruth } from './ground-truth.js';
import type { SimulatedLog } from './simulated-log.js';
import type { SimulatedStore } from './simulated-projection-store.js';

/** Personnel directories stay, however old they are. */
const EXPIRING = Object.values(Topic).filter((topic) => topic !== Topic.personnel);

export interface RetentionParts {
  readonly log: SimulatedLog;
  readonly store: SimulatedStore;
  readonly truth: GroundTruth;
  readonly retentionMs: number;
  /** Whether it removes whatever the clock says has expired. */
  readonly trustsClock: boolean;
}

/** The retention of an embedded log. */
export class SimulatedRetention {
  private runs = 0;

  constructor(private readonly parts: RetentionParts) {}

  /**
   * @param now by the machine with the log, in milliseconds since the Unix epoch.
   * @param isProjecting whether projectors are at work.
   */
  run(now: number, isProjecting: boolean): void {
    const { log, retentionMs, trustsClock } = this.parts;
    const findings = this.findExpired(now);
    const { kind, cutoff } = trustsClock
      ? { kind: 'approved', cutoff: cutoffOf(findings) }
      : decideRetention(findings);
    if (kind !== 'approved') return;
    log.disk.replace('retention', { ranAt: findings.now, cutoff });
    const leastAgeMs = retentionMs - this.toleranceMs(findings);
    for (const topic of EXPIRING) {
      for (const offsets of log.extents(topic)) {
        const end = isProjecting ? this.projectedUntil(topic, offsets) : offsets.end;
        this.removeOlder(topic, { ...offsets, end }, cutoff, leastAgeMs);
      }
    }
  }

  /** The policy tolerates clocks that move this far, and always lets a few records be removed. */
  private toleranceMs({ expired, records }: RetentionFindings): number {
    if (this.parts.trustsClock) return 0;
    const isFew = expired <= records * MAX_UNCONFIRMED_SHARE;
    return isFew ? Infinity : MAX_ORDINARY_ADVANCE_MS * ++this.runs;
  }

  private findExpired(now: number): RetentionFindings {
    const { log, retentionMs } = this.parts;
    const times = EXPIRING.flatMap((topic) =>
      log
        .extents(topic)
        .flatMap(({ partition, begin, end }) =>
          log.read(topic, partition, begin, end - begin).map(({ appendedAt }) => appendedAt),
        ),
    );
    return {
      now,
      retentionMs,
      newestAt: times.length === 0 ? undefined : Math.max(...times),
      last: log.disk.cell<RetentionState>('retention'),
      records: times.length,
      expired: times.filter((appendedAt) => appendedAt < now - retentionMs).length,
    };
  }

  /** Nobody could know whether a projector at work still projects records that are not in the store. */
  private projectedUntil(topic: TopicName, { partition }: PartitionOffsets): number {
    const { log, store } = this.parts;
    return store.tables.position(topic, partition, log.identity(topic))?.offset ?? 0;
  }

  private removeOlder(
    topic: TopicName,
    { partition, begin, end }: PartitionOffsets,
    cutoff: number,
    leastAgeMs: number,
  ): void {
    const { log, truth } = this.parts;
    const records = log.read(topic, partition, begin, Math.max(0, end - begin));
    const kept = records.findIndex(({ appendedAt }) => appendedAt >= cutoff);
    const removed = kept === -1 ? records : records.slice(0, kept);
    truth.recordsRemoved(topic, removed, leastAgeMs);
    log.removeBefore(topic, partition, begin + removed.length);
  }
}
