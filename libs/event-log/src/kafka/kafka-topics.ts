import kafkajs, { type Admin, type ConfigEntries } from 'kafkajs';
import { DAY_MS } from '#domain';
import { LAYOUT_TOPIC, Topic, type LogTopicName } from '../topics.js';
import type { KafkaConnection } from './kafka-connection.js';
import { patiently } from './patiently.js';

/** The largest batch of the topic of directories: one directory as text, with its key. */
const MAX_DIRECTORY_BYTES = 36 * 1024 * 1024;
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;
const FOREVER = -1;
/**
 * Replaced directories are kept as long as events, up to this limit, so that their sequence numbers can be accounted
 * for: see `docs/metrics.md`.
 */
const MAX_DIRECTORY_STAY_MS = 32 * DAY_MS;

export interface TopicPlan {
  /** Partitions of each topic, except that of layouts. */
  readonly partitions: number;
  /** Copies of each partition, limited by the number of brokers. */
  readonly replicationFactor: number;
  readonly retentionMs: number;
}

/** An existing topic does not have the settings that the service needs. */
export class TopicSettingsError extends Error {
  override readonly name = 'TopicSettingsError';
}

/**
 * Creates missing topics, and checks existing ones: a compacted topic that must keep every record would silently lose
 * events.
 *
 * @throws TopicSettingsError listing all faults.
 */
export async function prepareTopics(
  admin: Admin,
  connection: KafkaConnection,
  plan: TopicPlan,
): Promise<void> {
  const names: LogTopicName[] = [...Object.values(Topic), LAYOUT_TOPIC];
  const existing = new Set(await admin.listTopics());
  const missing = names.filter((name) => !existing.has(connection.topic(name)));
  const { brokers } = await admin.describeCluster();
  const copies = Math.min(plan.replicationFactor, brokers.length);
  await admin.createTopics({
    waitForLeaders: false,
    topics: missing.map((name) => ({
      topic: connection.topic(name),
      numPartitions: name === LAYOUT_TOPIC ? 1 : plan.partitions,
      replicationFactor: copies,
      configEntries: Object.entries(settingsOf(name, plan, copies)).map(([entry, value]) => ({
        name: entry,
        value,
      })),
    })),
  });
  for (const name of missing) await patiently(() => admin.fetchTopicOffsets(connection.topic(name)));
  await checkTopics(
    admin,
    connection,
    names.filter((name) => existing.has(connection.topic(name))),
  );
}

function settingsOf(name: LogTopicName, { retentionMs }: TopicPlan, copies: number): Record<string, string> {
  // The few records of layouts are needed for the lifetime of the log, and their order matters.
  const retention = name === LAYOUT_TOPIC ? FOREVER : retentionMs;
  return {
    // The log's own clock: it never decreases within a partition.
    'message.timestamp.type': 'LogAppendTime',
    // Since all in-sync replicas acknowledge appends, at least two of three copies have each record.
    'min.insync.replicas': String(Math.max(1, copies - 1)),
    'max.message.bytes': String(name === Topic.personnel ? MAX_DIRECTORY_BYTES : MAX_MESSAGE_BYTES),
    // A system's last directory is in force, however old it is. Earlier ones have sequence numbers, too, which a
    // rebuilt store would miss if they were compacted away.
    ...(name === Topic.personnel
      ? {
          'cleanup.policy': 'compact',
          'min.compaction.lag.ms': String(Math.min(retentionMs, MAX_DIRECTORY_STAY_MS)),
        }
      : { 'cleanup.policy': 'delete', 'retention.ms': String(retention), 'retention.bytes': '-1' }),
  };
}

async function checkTopics(
  admin: Admin,
  connection: KafkaConnection,
  names: readonly LogTopicName[],
): Promise<void> {
  if (names.length === 0) return;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: connection.topic(name),
      configNames: ['cleanup.policy', 'message.timestamp.type'],
    })),
  });
  const faults = resources.flatMap(({ resourceName, configEntries }) =>
    faultsOf(resourceName, configEntries, resourceName === connection.topic(Topic.personnel)),
  );
  if (faults.length > 0) throw new TopicSettingsError(faults.join('\n'));
}

function faultsOf(topic: string, entries: readonly ConfigEntries[], mayBeCompacted: boolean): string[] {
  const value = (name: string) => entries.find((entry) => entry.configName === name)?.configValue;
  const faults: string[] = [];
  if (!mayBeCompacted && value('cleanup.policy')?.includes('compact')) {
    faults.push(`topic ${topic} is compacted and would lose events: set its cleanup.policy to delete`);
  }
  if (value('message.timestamp.type') !== 'LogAppendTime') {
    faults.push(`topic ${topic} has the producer's clock: set its message.timestamp.type to LogAppendTime`);
  }
  return faults;
}
