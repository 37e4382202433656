import {
  closeApp,
  createServiceApp,
  eventLogSettings,
  HealthController,
  MetricsController,
  READINESS_CHECKS,
  SCRAPE,
  serveApiDocument,
  timeLimits,
  traceRequests,
  tracingSettings,
  urlOf,
  type RunningService,
  type Settings,
} from '#edge';
import { createReceivingLog, keepRetention, reportRetention, withTracing } from '#event-log';
import {
  createMetrics,
  createProcessMetrics,
  createTracing,
  expose,
  snapshotOf,
  type Logger,
} from '#telemetry';
import { ReceiverModule, registerIngestionHooks } from '#ingestion/http';
import { logSpoolTransition } from '#ingestion';

class ReceiverProcess {}

/** Starts a receiver by itself: it takes events whether or not the log's cluster and the store can be reached. */
export async function startReceiver(settings: Settings, logger: Logger): Promise<RunningService> {
  const metrics = createMetrics();
  const processMetrics = createProcessMetrics(settings.DATA_DIR);
  const tracing = await createTracing(tracingSettings(settings), 'statusledger-receiver', logger);
  const { appender, reader, spooledRecords } = createReceivingLog(eventLogSettings(settings), (away) =>
    logSpoolTransition(logger, away),
  );
  const scrape = async () => {
    metrics.spoolEvents.set(await spooledRecords());
    return expose(processMetrics, [await snapshotOf(metrics)]);
  };
  const app = await createServiceApp(
    settings,
    {
      module: ReceiverProcess,
      imports: [
        ReceiverModule.register({
          log: withTracing(appender, tracing),
          metrics,
          logger,
          limits: timeLimits(settings),
        }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: READINESS_CHECKS, useValue: { log: () => appender.ping() } },
        { provide: SCRAPE, useValue: scrape },
      ],
    },
    logger,
    [registerIngestionHooks, ...(tracing === undefined ? [] : [traceRequests(tracing)])],
  );
  const endRetention = keepRetention(reader, {
    onRun: (run) => reportRetention(run, { logger, metrics }),
    onFailure: (error) => logger.error({ err: error }, 'the retention could not be enforced'),
  });
  serveApiDocument(app);
  await app.listen(settings.PORT, settings.HOST);
  return {
    url: await urlOf(app, settings),
    async stop() {
      await closeApp(app);
      await endRetention();
      await appender.close();
      await tracing?.close();
    },
  };
}
