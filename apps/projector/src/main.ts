import { runService } from '#edge';
import { LogDamagedError, LogReplacedError } from '#event-log';
import { SchemaNewerError, StoreInUseError } from '#store';
import { startProjector } from '#service/start-projector';

await runService({
  environment: process.env,
  start: startProjector,
  started: (url) =>
    `The projector carries events from the log into the store; how it is: ${url}/metrics, ${url}/health/ready.\n`,
  selfExplaining: [SchemaNewerError, StoreInUseError, LogReplacedError, LogDamagedError],
});
