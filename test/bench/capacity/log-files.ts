import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Topic } from '#event-log';
import type { KafkaDeployment } from '../kafka/kafka-deployment.js';

export const KAFKA_TOPICS = { status: Topic.status, contact: Topic.contact } as const;

/** Bytes of a topic's records in the first broker's files, without indexes. */
export function logBytes({ kafka }: KafkaDeployment, installation: string, topic: string): number {
  const directory = kafka.nodes[0]!.dataDirectory;
  const partitions = readdirSync(directory).filter((name) => name.startsWith(`${installation}.${topic}-`));
  const files = partitions.flatMap((partition) =>
    readdirSync(join(directory, partition)).map((file) => join(directory, partition, file)),
  );
  return files.filter((file) => file.endsWith('.log')).reduce((sum, file) => sum + statSync(file).size, 0);
}
