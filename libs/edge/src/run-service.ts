import { createLogger, serviceVersion, type Logger } from '#telemetry';
import { readServiceSettings } from './credentials/access-files.js';
import type { Settings } from './settings/settings.js';
import { SettingsError } from './settings/settings-error.js';

/** A service that runs. */
export interface RunningService {
  /** Where it is served, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops accepting, finishes what is under way and closes, in that order. */
  stop(): Promise<void>;
}

export interface ServiceStart {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** @param onFailure is told of a failure after which the service cannot go on. */
  start(settings: Settings, logger: Logger, onFailure: (error: unknown) => void): Promise<RunningService>;
  /** What to print once it runs. */
  started(url: string): string;
  /** Errors whose message says all there is to say, besides those of the settings. */
  readonly selfExplaining?: readonly (new (...values: never[]) => Error)[];
}

/** Runs a service as a process: until SIGTERM or SIGINT, after which it stops cleanly; a failure ends it with 1. */
export async function runService({
  environment,
  start,
  started,
  selfExplaining = [],
}: ServiceStart): Promise<void> {
  const fail = (error: unknown) => {
    process.stderr.write(`${explain(error, selfExplaining)}\n`, () => process.exit(1));
  };
  try {
    // Before anything is opened or created.
    const settings = readServiceSettings(environment);
    const logger = createLogger(settings.LOG_LEVEL);
    const service = await start(settings, logger, fail);
    // Whoever reads that it is ready may stop it at once.
    stopOnSignals(service, logger, fail);
    logger.info({ version: serviceVersion(), node: process.version, url: service.url }, 'started');
    process.stdout.write(started(service.url));
  } catch (error) {
    fail(error);
  }
}

/** A stop takes at most this long, whatever is under way. */
export const STOP_WITHIN_MS = 9_000;

const INCOMPLETE =
  'Answers under way may be incomplete. Nothing that was acknowledged is lost; starting again goes on from here.';

function stopOnSignals(service: RunningService, logger: Logger, fail: (error: unknown) => void): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return endBy(signal, logger, `A second signal: ending at once. ${INCOMPLETE}\n`);
    stopping = true;
    process.stdout.write(`${signal}: finishing what is under way…\n`);
    logger.info({ signal }, 'stopping');
    setTimeout(
      () => endBy(signal, logger, `Stopping took longer than ${STOP_WITHIN_MS / 1000} s. ${INCOMPLETE}\n`),
      STOP_WITHIN_MS,
    ).unref();
    const stopped = () => {
      logger.info('stopped');
      process.stdout.write('Stopped; nothing is lost. Starting again goes on from here.\n', () =>
        process.exit(0),
      );
    };
    service.stop().then(stopped, fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

/**
 * Lets the signal end the process as if nobody handled it: at once, and without the exit handlers of libraries, which may
 * wait for what is under way. A shell then sees 128 plus the signal's number.
 */
function endBy(signal: NodeJS.Signals, logger: Logger, why: string): void {
  logger.warn({ signal }, 'ended before everything was finished');
  const end = () => {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  };
  // The reader of the output may be gone, or slow.
  setTimeout(end, LAST_WORDS_MS);
  process.stdout.write(why, end);
}

const LAST_WORDS_MS = 200;

function explain(error: unknown, selfExplaining: NonNullable<ServiceStart['selfExplaining']>): string {
  if ([SettingsError, ...selfExplaining].some((kind) => error instanceof kind))
    return (error as Error).message;
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    return `${(error as Error).message}: another process listens there. Stop it, or set PORT to a free one.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
