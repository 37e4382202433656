import { LISTENING, runServiceCommand } from '#command';

await runServiceCommand({
  invocation: 'node dist/apps/query/src/main.js',
  summary: `
The query service: answers the historic, online, personnel and operators' methods over HTTP from ClickHouse.`,
  variables: {
    CLICKHOUSE_URL: 'where the store is, such as http://clickhouse:8123',
    ...LISTENING,
    KAFKA_BROKERS: 'brokers of the event log, if dead letters are to be resent here',
    TIME_ZONE: 'time zone of days in answers (UTC)',
    OFFLINE_STATE_CODES: 'states that count as logged out (Offline,Logout)',
    LOG_LEVEL: 'what is logged to standard error (info)',
  },
  async start() {
    const [{ runService }, { startQuery }] = await Promise.all([
      import('#edge'),
      import('#service/start-query'),
    ]);
    await runService({
      environment: process.env,
      start: startQuery,
      started: (url) =>
        `The queries are answered at ${url}/historic/…, ${url}/online/… and ${url}/personnel.\n`,
    });
  },
});
