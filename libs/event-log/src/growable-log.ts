import type { GroupPosition } from './consumer-groups.js';
import type { EventLog } from './event-log.js';
import type { PartitionGrowth, TopicLayout } from './partition-layout.js';
import type { TopicName } from './topics.js';

/**
 * A log to whose topics partitions can be added, in these steps, each of which can be the last one before a crash:
 * `announceGrowth`, `beginGeneration`, `addPartitions`.
 */
export interface GrowableLog extends EventLog {
  /**
   * Writes down that a run is about to add partitions: whoever projects and reads the layout from now on keeps away. A later
   * announcement takes an earlier one's place. @returns the layout as everybody sees it.
   */
  announceGrowth(topic: TopicName, growth: PartitionGrowth): Promise<TopicLayout>;

  /**
   * Writes down that the new generation begins at the given offset of each partition. It counts only if no other run has
   * announced itself meanwhile: the layout that is returned tells.
   */
  beginGeneration(topic: TopicName, growth: PartitionGrowth, from: readonly number[]): Promise<TopicLayout>;

  /** Has the topic have so many partitions; what it has at present is not more. */
  addPartitions(topic: TopicName, partitions: number): Promise<void>;

  /** A group's committed positions in all partitions, whoever owns them; offset 0 where there is none. */
  committed(group: string, topic: TopicName): Promise<readonly GroupPosition[]>;
}
