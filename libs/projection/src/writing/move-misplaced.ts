import type { StoredRecord } from '#event-log';
import type { ProjectorParts } from '../runner/projector-parts.js';

/** Appends records that lie in the wrong partition, since partitions were added, again to the right one. */
export async function moveMisplaced(
  { log, topic, metrics, type }: Pick<ProjectorParts, 'log' | 'topic' | 'metrics' | 'type'>,
  records: readonly StoredRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await log.append(
    topic,
    records.map(({ key, value, headers }) => ({
      key: key!,
      value,
      ...(headers === undefined ? {} : { headers }),
    })),
  );
  metrics.recordsMoved.inc({ type }, records.length);
}
