/** Whether there is a Kafka to test with; `kafka-setup.js` has found out and said so. */
const HAS_KAFKA =
  process.env['KAFKA_BROKERS'] !== undefined || process.env['TEST_KAFKA_CLASSPATH'] !== undefined;

/** For suites that need a Kafka. */
export const describeWithKafka = HAS_KAFKA ? describe : describe.skip;
