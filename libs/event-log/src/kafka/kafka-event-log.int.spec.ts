import { randomUUID } from 'node:crypto';
// Asks the cluster for the settings of its topics.

import kafkajs from 'kafkajs';
import { describeWithKafka } from '../../../../test/support/kafka/describe-with-kafka.js';
import { KafkaCluster } from '../../../../test/support/kafka/kafka-cluster.js';
import { eventually } from '../../../../test/support/http/service-client.js';
import { eventLogContract } from '../event-log.contract.js';
import { Topic } from '../topics.js';
import { KafkaConnection } from './kafka-connection.js';
import { KafkaEventLog } from './kafka-event-log.js';

const PLAN = { partitions: 3, replicationFactor: 3, retentionMs: 400 * 86_400_000 };

describeWithKafka('the event log on Kafka', () => {
  let cluster: KafkaCluster;

  beforeAll(async () => {
    cluster = await KafkaCluster.start();
  });

  afterAll(() => cluster.stop());

  eventLogContract('KafkaEventLog', async () => {
    const settings = { ...PLAN, brokers: cluster.brokers, prefix: `${randomUUID()}.` };
    return {
      open: async () => KafkaEventLog.create(settings),
      dispose: async () => undefined,
    };
  });

  it('reports the members of a group, and the lag of partitions that a member does not own', async () => {
    const log = KafkaEventLog.create({ ...PLAN, brokers: cluster.brokers, prefix: `${randomUUID()}.` });
    await log.append(Topic.status, [{ key: 'k', value: 'v' }]);
    expect(await log.members('group', Topic.status)).toBe(0);
    const first = await log.join('group', Topic.status);
    const second = await log.join('group', Topic.status);
    await eventually(async () => (await log.members('group', Topic.status)) === 2);
    for (const member of [first, second]) {
      const lag = await member.lag();
      expect(lag).toHaveLength(PLAN.partitions);
      expect(lag.reduce((sum, { records }) => sum + records, 0)).toBe(1);
    }
    await second.close();
    await first.close();
    await eventually(async () => (await log.members('group', Topic.status)) === 0);
    await log.close();
  });

  it.each([
    [400, 32],
    [7, 7],
  ])(
    'keeps replaced directories as long as they are accounted for: with a retention of %i days, for %i days',
    async (days, stay) => {
      const prefix = `${randomUUID()}.`;
      const retentionMs = days * 86_400_000;
      const log = KafkaEventLog.create({ ...PLAN, retentionMs, brokers: cluster.brokers, prefix });
      await log.ping();
      const { kafka } = new KafkaConnection({ brokers: cluster.brokers });
      const admin = kafka.admin();
      await admin.connect();
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: `${prefix}${Topic.personnel}` }],
      });
      const settings = resources[0]!.configEntries.map(({ configName, configValue }) => [
        configName,
        configValue,
      ]);
      expect(settings).toContainEqual(['cleanup.policy', 'compact']);
      expect(settings).toContainEqual(['min.compaction.lag.ms', String(stay * 86_400_000)]);
      await admin.disconnect();
      await log.close();
    },
  );
});
