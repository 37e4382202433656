/** Whether there is a Kafka to test with; `kafka-setup.js` has found out and said so. */
const HAS_KAFKA = ['KAFKA_BROKERS', 'TEST_KAFKA_CLASSPATH', 'TEST_CONTAINER_ENGINE'].some(
  (name) => process.env[name] !== undefined,
);

/** For suites that need a Kafka. */
export const describeWithKafka = HAS_KAFKA ? describe : describe.skip;

/** For suites that need brokers set up in a way of their own, which those that KAFKA_BROKERS names are not. */
export const describeWithOwnKafka =
  process.env['KAFKA_BROKERS'] === undefined ? describeWithKafka : describe.skip;
