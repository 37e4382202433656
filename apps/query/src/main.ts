import { runService } from '#edge';
import { SchemaNewerError, StoreInUseError } from '#store';
import { startQuery } from '#service/start-query';

await runService({
  environment: process.env,
  start: startQuery,
  started: (url) => `The queries are answered at ${url}/historic/…, ${url}/online/… and ${url}/personnel.\n`,
  selfExplaining: [SchemaNewerError, StoreInUseError],
});
