import { closeApp, type RunningService, type Settings } from '#edge';
import { keepRetention, reportRetention } from '#event-log';
import { registerIngestionHooks } from '#ingestion/http';
import type { Logger } from '#telemetry';
import { openReceivingLog, receiverModule } from './receiving-parts.js';
import { createApp, createTelemetry, listen, requestTracing } from './service-parts.js';

class ReceiverProcess {}

/** Starts a receiver by itself. It takes events whether or not the log's cluster and the store can be reached. */
export async function startReceiver(settings: Settings, logger: Logger): Promise<RunningService> {
  const telemetry = await createTelemetry(settings, logger, {
    service: 'statusledger-receiver',
    dataDirectory: settings.DATA_DIR,
  });
  const { metrics, tracing } = telemetry;
  const { appender, reader, spooledRecords } = openReceivingLog(settings, logger);
  const app = await createApp(settings, logger, {
    module: ReceiverProcess,
    imports: [receiverModule(settings, appender, telemetry)],
    checks: { log: () => appender.ping() },
    scrape: async () => {
      metrics.spoolEvents.set(await spooledRecords());
      return telemetry.exposition();
    },
    extensions: [registerIngestionHooks, ...requestTracing(tracing)],
  });
  const endRetention = keepRetention(reader, {
    onRun: (run) => reportRetention(run, { logger, metrics }),
    onFailure: (error) => logger.error({ err: error }, 'the retention could not be enforced'),
  });
  const url = await listen(app, settings);
  return {
    url,
    async stop() {
      await closeApp(app);
      await endRetention();
      await appender.close();
      await tracing?.close();
    },
  };
}
