import { LISTENING, runServiceCommand } from '#command';

const { HOST, PORT } = LISTENING;

await runServiceCommand({
  invocation: 'node dist/apps/projector/src/main.js',
  summary: `
The projector: reads the event log on Kafka, pairs status events into intervals, and writes these and everything else that
queries need into ClickHouse. Any number of them share the partitions.`,
  variables: {
    KAFKA_BROKERS: 'brokers of the event log: host:port, several separated by commas',
    CLICKHOUSE_URL: 'where the store is, such as http://clickhouse:8123',
    HOST: HOST!,
    PORT: `${PORT}, for /metrics and /health`,
    STATE_MAX_AGE_SECONDS: 'how long a state without an exit lasts (43200)',
    RETENTION_DAYS: 'how long events are kept (400)',
    LOG_LEVEL: 'what is logged to standard error (info)',
  },
  async start() {
    const [{ runService }, { startProjector }] = await Promise.all([
      import('#edge'),
      import('#service/start-projector'),
    ]);
    await runService({
      environment: process.env,
      start: startProjector,
      started: (url) =>
        `The projector writes events from the log into the store. Watch it at ${url}/metrics and ${url}/health/ready.\n`,
    });
  },
});
