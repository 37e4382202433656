import type { ConnectionPoolEventPayload } from '@platformatic/kafka';
import type { KafkaConnection } from './kafka-connection.js';
import { unavailable } from './unavailable.js';
import { clientOptions, loadClient } from './record-producer.js';

/** Which topic of which cluster it is: a topic that was deleted and created again has another id. */
export interface TopicId {
  readonly clusterId: string;
  readonly topicId: string;
}

/**
 * Asks the cluster for the id of a topic, by a client of its own: `kafkajs` speaks no version of the protocol that has ids.
 *
 * @param topic as it is called on the cluster.
 * @throws LogUnavailableError
 */
export async function topicIdOf({ settings }: KafkaConnection, topic: string): Promise<TopicId> {
  const { Admin } = await loadClient();
  const admin = new Admin({ ...clientOptions(settings), retries: 2, retryDelay: 100 });
  // As for producers: a second error of a connection would otherwise end the process.
  const listen = ({ connection }: ConnectionPoolEventPayload) => connection.on('error', () => undefined);
  admin.on('client:broker:connect', listen).on('client:broker:failed', listen);
  try {
    const { id, topics } = await admin.metadata({ topics: [topic] });
    return { clusterId: id, topicId: topics.get(topic)!.id };
  } catch (cause) {
    throw unavailable(cause, `the id of ${topic} cannot be read`);
  } finally {
    await admin.close().catch(() => undefined);
  }
}
