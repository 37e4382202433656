import {
  type EventReader,
  madeAt,
  newestGeneration,
  Topic,
  type PartitionOffsets,
  type StoredRecord,
  type TopicLayout,
  type TopicName,
} from '#event-log';
import type { ProjectedPosition } from '#store';
import { fingerprintOf } from './record-fingerprint.js';

/** Store and log do not belong together: anything projected now would be wrong. The message says what to do. */
export class ProjectionRefusedError extends Error {
  override readonly name = 'ProjectionRefusedError';
}

const REBUILD = "stop the service (all projectors) and run 'npm run rebuild' to make the store from this log";

/** What a topic's log and the settings say now. */
export interface TopicAtPresent {
  readonly topic: TopicName;
  readonly identity: string;
  readonly layout: TopicLayout;
  readonly offsets: readonly PartitionOffsets[];
  readonly rules: string;
}

/**
 * Compares how far the store says it is with the log.
 *
 * @throws ProjectionRefusedError if the store is of another log, ahead of it, or made by other rules.
 */
export function checkPositions(present: TopicAtPresent, positions: readonly ProjectedPosition[]): void {
  for (const position of positions) {
    checkIdentity(present, position);
    checkRules(present, position);
    checkEnd(present, position);
  }
  checkGenerations(present, positions);
}

/**
 * @param record the first one that the log has from the offset of the last projected record on.
 * @throws ProjectionRefusedError if it is another one.
 */
export function checkLastRecord(
  { topic, partition, offset, lastRecord }: ProjectedPosition,
  record: StoredRecord,
): void {
  if (lastRecord === '') return;
  // Compaction removes records that the store has projected.
  if (record.offset > offset - 1 && topic === Topic.personnel) return;
  if (record.offset === offset - 1 && fingerprintOf(record) === lastRecord) return;
  throw new ProjectionRefusedError(
    `the record at offset ${offset - 1} of ${topic}/${partition} is not the one that the store has projected: ` +
      `the log was restored from an older copy, or lost its end, and has taken other records since. ` +
      `Restore the log that the store was made from, or ${REBUILD}`,
  );
}

/**
 * Checks that the log has the records of writes that began and did not end: the store may have rows of them.
 *
 * @param log whose positions were checked before.
 * @throws ProjectionRefusedError if it does not have them.
 */
export async function checkBegunWrites(
  log: Pick<EventReader, 'read'>,
  present: TopicAtPresent,
  begun: readonly ProjectedPosition[],
  positions: readonly ProjectedPosition[],
): Promise<void> {
  for (const write of begun) {
    const { topic, partition, offset } = write;
    const kept = positions.find((each) => each.partition === partition)?.offset ?? 0;
    if (write.logId === present.identity && offset <= kept) continue;
    checkIdentity(present, write);
    const begin = present.offsets.find((each) => each.partition === partition)?.begin ?? 0;
    if (begin >= offset) continue;
    const [record] = await log.read(present.topic, partition, offset - 1, 1);
    if (record !== undefined && record.offset === offset - 1 && fingerprintOf(record) === write.lastRecord)
      continue;
    if (topic === Topic.personnel && record !== undefined && record.offset >= offset) continue;
    throw new ProjectionRefusedError(
      `a write to the store was broken off that had records of ${topic}/${partition} up to offset ${offset}, and the log ` +
        `does not have them: the log is older than the store, or another one. Restore the log that the store was made from, ` +
        `or ${REBUILD}`,
    );
  }
}

function checkIdentity({ topic, identity }: TopicAtPresent, { logId }: ProjectedPosition): void {
  if (logId === identity) return;
  const [ofLog, ofStore] = [madeAt(identity), madeAt(logId)];
  const older =
    ofLog > ofStore
      ? 'The log is the younger one: it was lost, emptied or made again. Restore it from a backup'
      : 'The log is the older one: the store belongs to a log that came later. Restore that log';
  throw new ProjectionRefusedError(
    `the store is of another log than this one: ${topic} is of ${ofLog}, the store's of ${ofStore}. ${older}, ` +
      `put the store of this log back, or ${REBUILD}`,
  );
}

function checkRules({ rules }: TopicAtPresent, position: ProjectedPosition): void {
  if (position.rules === rules) return;
  throw new ProjectionRefusedError(
    `the store was made by other rules (${position.rules}) than the ones now set (${rules}): ` +
      `set the former ones again, or ${REBUILD}`,
  );
}

function checkEnd({ topic, offsets }: TopicAtPresent, { partition, offset }: ProjectedPosition): void {
  const end = offsets.find((each) => each.partition === partition)?.end ?? 0;
  if (end >= offset) return;
  throw new ProjectionRefusedError(
    `the store is ahead of its log: it has ${topic}/${partition} up to offset ${offset}, and the log ends at ${end}. ` +
      `The log is the older one. Restore the newer log, put the store of that time back, or ${REBUILD}`,
  );
}

/** Records from before partitions were added can only be projected as a whole, one generation after another. */
function checkGenerations({ topic, layout }: TopicAtPresent, positions: readonly ProjectedPosition[]): void {
  if (layout.generations.length === 1) return;
  const { from } = newestGeneration(layout);
  const isBehind = from.some(
    (begin, partition) => begin > (positions.find((each) => each.partition === partition)?.offset ?? 0),
  );
  if (!isBehind) return;
  throw new ProjectionRefusedError(
    `the store lacks records of ${topic} from before partitions were added, which have to be projected first: ${REBUILD}`,
  );
}
