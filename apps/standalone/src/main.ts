import { readSettings, SettingsError } from '#edge';
import { StoreInUseError } from '#store';
import { createLogger } from '#telemetry';
import { startStandalone, type Standalone } from './standalone.js';

const STARTED = (url: string) => `StatusLedger is ready.
  send   POST ${url}/ccwfm/api/rest/status
  look   GET  ${url}/online/agentStatus   ${url}/historic/agentStatusData?startDate=…&endDate=…&agentId=…
  watch  GET  ${url}/metrics   ${url}/health/ready
Stop it with Ctrl+C.
`;

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const logger = createLogger(settings.LOG_LEVEL);
  const service = await startStandalone(settings, logger, fail);
  process.stdout.write(STARTED(service.url));
  stopOnSignals(service);
}

function stopOnSignals(service: Standalone): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    process.stdout.write(`${signal}: finishing what is under way…\n`);
    service
      .stop()
      .then(
        () =>
          process.stdout.write('Stopped; nothing is lost. Starting again goes on from here.\n', () =>
            process.exit(0),
          ),
        fail,
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function fail(error: unknown): void {
  process.stderr.write(`${explain(error)}\n`, () => process.exit(1));
}

function explain(error: unknown): string {
  if (error instanceof SettingsError || error instanceof StoreInUseError) return error.message;
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    return `${(error as Error).message}: another process listens there. Stop it, or set PORT to a free one.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

main().catch(fail);
