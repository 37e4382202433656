import type { ConsumerGroups } from '../consumer-groups.js';
import type { EventAppender } from '../event-appender.js';
import type { LogLifecycle } from '../log-lifecycle.js';
import { Topic, type TopicName } from '../topics.js';

/** A log on this machine's disk that can drop what has been forwarded. */
export interface SpoolLog extends EventAppender, ConsumerGroups, LogLifecycle {
  /** Removes the records of a partition before the offset. */
  removeBefore(topic: TopicName, partition: number, offset: number): Promise<void>;
}

/** The spool's only consumer group: its positions separate what has been forwarded from what waits. */
export const FORWARDER = 'forwarder';

/** Records of the topics that wait in the spool. */
export async function countSpooled(
  spool: SpoolLog,
  topics: readonly TopicName[] = Object.values(Topic),
): Promise<number> {
  let records = 0;
  for (const topic of topics) {
    const consumer = await spool.join(FORWARDER, topic);
    for (const lag of await consumer.lag()) records += lag.records;
    await consumer.close();
  }
  return records;
}
