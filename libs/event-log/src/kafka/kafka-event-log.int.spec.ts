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
    const settings = { brokers: cluster.brokers, prefix: `${randomUUID()}.` };
    return {
      async open() {
        const log = KafkaEventLog.create(settings);
        await log.prepare(PLAN);
        return log;
      },
      dispose: async () => undefined,
    };
  });
});
