import { runService } from '#edge';
import { SchemaNewerError, StoreInUseError } from '#store';
import { startQuery } from './start-query.js';

await runService({
  environment: process.env,
  start: startQuery,
  started: (url) => `The queries are answered at ${url}/historic/…, ${url}/online/… and ${url}/personnel.\n`,
  selfExplaining: [SchemaNewerError, StoreInUseError],
});
