import { isMisplaced, type EventReader, type PartitionLayout, type StoredRecord } from '#event-log';

/** Separates the records to project from those that lie in the wrong partition since partitions were added. */
export function splitMisplaced(
  records: readonly StoredRecord[],
  layout: PartitionLayout,
  log: Pick<EventReader, 'partitionOf'>,
): { readonly placed: readonly StoredRecord[]; readonly misplaced: readonly StoredRecord[] } {
  if (layout.generations.length === 1) return { placed: records, misplaced: [] };
  const placed: StoredRecord[] = [];
  const misplaced: StoredRecord[] = [];
  for (const record of records) {
    const isElsewhere = isMisplaced(layout, record, log.partitionOf);
    (isElsewhere ? misplaced : placed).push(record);
  }
  return { placed, misplaced };
}
