import type { ConnectionPoolEventPayload } from '@platformatic/kafka';
import type { KafkaConnection } from './kafka-connection.js';
import { unavailable } from './unavailable.js';
import { clientOptions, loadClient } from './appending/record-producer.js';

/** Identifies a topic and its cluster. A topic that was deleted and recreated has another id. */
export interface TopicId {
  readonly clusterId: string;
  readonly topicId: string;
}

/**
 * Asks the cluster for the id of a topic. Uses a client of its own, since `kafkajs` speaks no protocol version with
 * ids.
 *
 * @param topic its name on the cluster.
 * @throws LogUnavailableError
 */
export async function topicIdOf({ settings }: KafkaConnection, topic: string): Promise<TopicId> {
  const { Admin } = await loadClient();
  const admin = new Admin({ ...clientOptions(settings), retries: 2, retryDelay: 100 });
  // As in createProducer: a second error of a connection would otherwise end the process.
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
