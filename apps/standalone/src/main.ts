import { runService } from '#edge';
import { LogDamagedError, LogReplacedError, TopicSettingsError } from '#event-log';
import { SchemaNewerError, StoreInUseError } from '#store';
import { startStandalone } from '#service/start-standalone';

const STARTED = (url: string) => `StatusLedger is ready.
  send   POST ${url}/ccwfm/api/rest/status
  look   GET  ${url}/online/agentStatus   ${url}/historic/agentStatusData?startDate=…&endDate=…&agentId=…
  watch  GET  ${url}/metrics   ${url}/health/ready
Stop it with Ctrl+C.
`;

await runService({
  environment: process.env,
  start: startStandalone,
  started: STARTED,
  selfExplaining: [SchemaNewerError, StoreInUseError, TopicSettingsError, LogReplacedError, LogDamagedError],
});
