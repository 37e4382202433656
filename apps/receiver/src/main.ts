import { runService } from '#edge';
import { LogDamagedError, LogReplacedError } from '#event-log';
import { startReceiver } from '#service/start-receiver';

await runService({
  environment: process.env,
  start: startReceiver,
  started: (url) =>
    `The receiver takes events at ${url}/ccwfm/api/rest/status, /contact, /events and /personnel.\n`,
  selfExplaining: [LogReplacedError, LogDamagedError],
});
