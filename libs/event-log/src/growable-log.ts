import type { GroupPosition } from './consumer-groups.js';
import type { EventLog } from './event-log.js';
import type { PartitionGrowth, TopicLayout } from './partitions/partition-layout.js';
import type { TopicName } from './topics.js';

/**
 * A log whose topics can get more partitions, in three steps: `announceGrowth`, `beginGeneration`, `addPartitions`. A
 * crash may follow each of them; the next run then continues.
 */
export interface GrowableLog extends EventLog {
  /**
   * Announces that a run is about to add partitions: projectors that read the layout from now on keep away. A later
   * announcement replaces an earlier one.
   *
   * @returns the layout as everybody sees it.
   */
  announceGrowth(topic: TopicName, growth: PartitionGrowth): Promise<TopicLayout>;

  /**
   * Records that the new generation begins at the given offset of each partition. Takes effect only if no other run has
   * announced itself meanwhile.
   *
   * @returns the layout as everybody sees it, which shows whether it took effect.
   */
  beginGeneration(topic: TopicName, growth: PartitionGrowth, from: readonly number[]): Promise<TopicLayout>;

  /** Grows the topic to `partitions` partitions. It must not already have more. */
  addPartitions(topic: TopicName, partitions: number): Promise<void>;

  /**
   * A group's committed positions in all partitions, whether or not a member owns them; offset 0 before the first
   * commit.
   */
  committed(group: string, topic: TopicName): Promise<readonly GroupPosition[]>;
}
