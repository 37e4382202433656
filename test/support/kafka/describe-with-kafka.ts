/** Whether a Kafka is available, according to `kafka-setup.js`. */
const HAS_KAFKA = ['KAFKA_BROKERS', 'TEST_KAFKA_CLASSPATH', 'TEST_CONTAINER_ENGINE'].some(
  (name) => process.env[name] !== undefined,
);

/** For suites that need a Kafka. */
export const describeWithKafka = HAS_KAFKA ? describe : describe.skip;

/** For suites that configure their own brokers; skipped if KAFKA_BROKERS names existing ones. */
export const describeWithOwnKafka =
  process.env['KAFKA_BROKERS'] === undefined ? describeWithKafka : describe.skip;
