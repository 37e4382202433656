import { randomUUID } from 'node:crypto';
import { describeWithKafka, KafkaCluster } from '../../../../test/support/kafka-cluster.js';
import { eventLogContract } from '../event-log.contract.js';
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
});
