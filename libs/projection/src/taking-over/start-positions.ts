import type { GroupPosition, PartitionOffsets, TopicName } from '#event-log';
import type { ProjectedPosition } from '#store';
import type { Logger } from '#telemetry';

/** What is known of partitions before they are taken over. */
export interface KnownPositions {
  readonly topic: TopicName;
  /** What the group has committed, for each of the partitions to take over. */
  readonly committed: readonly GroupPosition[];
  readonly stored: readonly ProjectedPosition[];
  readonly offsets: readonly PartitionOffsets[];
}

/**
 * Where to project from in each partition: where the store is, or the oldest record that the log keeps if the store is not
 * even there.
 */
export function startPositions(
  { topic, committed, stored, offsets }: KnownPositions,
  logger: Pick<Logger, 'warn'>,
): ProjectedPosition[] {
  return committed.map(({ partition }) => {
    const begin = offsets.find((each) => each.partition === partition)?.begin ?? 0;
    const position = stored.find((each) => each.partition === partition);
    if (position !== undefined && position.offset >= begin) return position;
    if (position !== undefined) {
      const removed = begin - position.offset;
      logger.warn({ topic, partition, removed }, 'retention has removed records before they were projected');
    }
    const nothing = { topic, partition, logId: '', metadata: '', rules: '' };
    return { ...nothing, ...position, offset: begin, lastRecord: '' };
  });
}

/** The positions that differ from what the group has committed. */
export function uncommitted<Position extends GroupPosition>(
  positions: readonly Position[],
  committed: readonly GroupPosition[],
): Position[] {
  return positions.filter(
    ({ partition, offset, metadata }) =>
      !committed.some(
        (each) => each.partition === partition && each.offset === offset && each.metadata === metadata,
      ),
  );
}
