import { LISTENING, runServiceCommand } from '#command';

await runServiceCommand({
  invocation: 'node dist/apps/receiver/src/main.js',
  summary: `
The receiver: takes status events, contact events and personnel directories over HTTP and appends them to the event log
on Kafka. While Kafka is unavailable, it keeps them on its disk.`,
  variables: {
    KAFKA_BROKERS: 'brokers of the event log: host:port, several separated by commas',
    ...LISTENING,
    DATA_DIR: 'directory for what Kafka cannot take at present (./data)',
    MAX_CLOCK_SKEW_SECONDS: 'how far in the future an event may be (300)',
    RETENTION_DAYS: 'how old an event may be (400)',
    LOG_LEVEL: 'what is logged to standard error (info)',
  },
  async start() {
    const [{ runService }, { startReceiver }] = await Promise.all([
      import('#edge'),
      import('#service/start-receiver'),
    ]);
    await runService({
      environment: process.env,
      start: startReceiver,
      started: (url) =>
        `The receiver takes events at ${url}/ccwfm/api/rest/status, /contact, /events and /personnel.\n`,
    });
  },
});
