import type { AddressInfo } from 'node:net';
import { createHttpApp } from '#edge';
import { createEventLog } from '#event-log';
import { createLogger, createMetrics } from '#telemetry';
import { ReceiverModule, registerIngestionHooks } from '#ingestion/http';
import { ready } from './serve-parent.js';

class ReceiverAlone {}

// The receiver as the service composes it, on the embedded log, without a projector.
const log = createEventLog({ dataDirectory: process.argv[2]!, retentionMs: 400 * 86_400_000 });
const logger = createLogger('error');
const limits = { maxClockSkewSeconds: 300, retentionDays: 400 };
const receiver = ReceiverModule.register({ log, metrics: createMetrics(), logger, limits });
const app = await createHttpApp({ module: ReceiverAlone, imports: [receiver] }, logger, [
  registerIngestionHooks,
]);
await app.listen(0, '127.0.0.1');
ready({ port: (app.getHttpServer().address() as AddressInfo).port }, async () => {
  await app.close();
  await log.close();
});
