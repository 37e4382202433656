import { LISTENING, runServiceCommand } from '#command';

const STARTED = (url: string) => `StatusLedger is ready.
  send   POST ${url}/ccwfm/api/rest/status
  look   GET  ${url}/online/agentStatus   ${url}/historic/agentStatusData?startDate=…&endDate=…&agentId=…
  watch  GET  ${url}/metrics   ${url}/health/ready
Stop it with Ctrl+C.
`;

await runServiceCommand({
  invocation: 'npm start --',
  summary: `
The whole service in one process: takes events over HTTP, keeps them in an embedded event log and store (or on Kafka and
ClickHouse), and answers queries.`,
  variables: {
    ...LISTENING,
    DATA_DIR: 'directory of the embedded event log and store (./data)',
    KAFKA_BROKERS: 'brokers, to keep the event log on Kafka instead',
    CLICKHOUSE_URL: 'a ClickHouse server, to keep the store there instead',
    TIME_ZONE: 'time zone of days in answers (UTC)',
    STATE_MAX_AGE_SECONDS: 'how long a state without an exit lasts (43200)',
    RETENTION_DAYS: 'how long events are kept (400)',
    LOG_LEVEL: 'what is logged to standard error (info)',
  },
  async start() {
    const [{ runService }, { startStandalone }] = await Promise.all([
      import('#edge'),
      import('#service/start-standalone'),
    ]);
    await runService({ environment: process.env, start: startStandalone, started: STARTED });
  },
});
