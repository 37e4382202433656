import {
  createServiceApp,
  HealthController,
  MetricsController,
  READINESS_CHECKS,
  SCRAPE,
  serveApiDocument,
  traceRequests,
  tracingSettings,
  urlOf,
  type ReadinessChecks,
  type Scrape,
  type Settings,
} from '#edge';
import {
  createMetrics,
  createProcessMetrics,
  createTracing,
  expose,
  snapshotOf,
  type Exposition,
  type Logger,
  type Metrics,
  type MetricsSnapshot,
  type Tracing,
} from '#telemetry';

// Every program loads this file, so it imports neither the store nor the queries: a receiver does without both.

type App = Awaited<ReturnType<typeof createServiceApp>>;
type ServiceModule = Parameters<typeof createServiceApp>[1];
type ServerExtension = NonNullable<Parameters<typeof createServiceApp>[3]>[number];

/** How a program reports on itself. */
export interface ServiceTelemetry {
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly tracing: Tracing | undefined;
  /** The answer to a scrape: the process, its own metrics and those of its threads, added up. */
  exposition(threads?: readonly MetricsSnapshot[]): Promise<Exposition>;
}

export interface TelemetryOptions {
  /** The name of the program in traces. */
  readonly service: string;
  /** Where the program keeps data; the process metrics then include how full that disk is. */
  readonly dataDirectory?: string;
}

export async function createTelemetry(
  settings: Settings,
  logger: Logger,
  { service, dataDirectory }: TelemetryOptions,
): Promise<ServiceTelemetry> {
  const metrics = createMetrics();
  const processMetrics = createProcessMetrics(dataDirectory);
  const tracing = await createTracing(tracingSettings(settings), service, logger);
  return {
    metrics,
    logger,
    tracing,
    exposition: async (threads = []) => expose(processMetrics, [await snapshotOf(metrics), ...threads]),
  };
}

/** What a program serves over HTTP. */
export interface AppParts {
  /** The class that names the program's root module. */
  readonly module: ServiceModule['module'];
  /** The modules with its routes; health and metrics come with every program. */
  readonly imports?: NonNullable<ServiceModule['imports']>;
  /** What has to be reachable for the program to be ready. */
  readonly checks: ReadinessChecks;
  readonly scrape: Scrape;
  readonly extensions?: readonly ServerExtension[];
}

/** The program's application, with its API document; it does not listen yet. */
export async function createApp(
  settings: Settings,
  logger: Logger,
  { module, imports = [], checks, scrape, extensions = [] }: AppParts,
): Promise<App> {
  const root = {
    module,
    imports,
    controllers: [HealthController, MetricsController],
    providers: [
      { provide: READINESS_CHECKS, useValue: checks },
      { provide: SCRAPE, useValue: scrape },
    ],
  };
  const app = await createServiceApp(settings, root, logger, extensions);
  serveApiDocument(app);
  return app;
}

/** Traces requests where tracing is on. */
export function requestTracing(tracing: Tracing | undefined): readonly ServerExtension[] {
  return tracing === undefined ? [] : [traceRequests(tracing)];
}

/** @returns where the application is served from now on. */
export async function listen(app: App, settings: Settings): Promise<string> {
  await app.listen(settings.PORT, settings.HOST);
  return urlOf(app, settings);
}
