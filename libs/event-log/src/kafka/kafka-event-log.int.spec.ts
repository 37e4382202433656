import { randomUUID } from 'node:crypto';
import { describeWithKafka } from '../../../../test/support/describe-with-kafka.js';
import { KafkaCluster } from '../../../../test/support/kafka-cluster.js';
import { eventually } from '../../../../test/support/service-client.js';
import { eventLogContract } from '../event-log.contract.js';
import { Topic } from '../topics.js';
import { KafkaEventLog } from './kafka-event-log.js';

const PLAN = { partitions: 3, replicationFactor: 3, retentionMs: 400 * 86_400_000 };

describeWithKafka('with a broker', () => {
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

  it('tells the members of a group, and the lag of partitions that nobody owns', async () => {
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
});
