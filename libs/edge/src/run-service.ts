import { endBySignal, explainError, onSignals } from '#command';
import { createLogger, serviceVersion, type Logger } from '#telemetry';
import { readServiceSettings } from './credentials/access-files.js';
import type { Settings } from './settings/settings.js';

/** A running service. */
export interface RunningService {
  /** Where it is served, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Stops accepting, finishes what is under way and closes, in that order. */
  stop(): Promise<void>;
}

export interface ServiceStart {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** @param onFailure gets a failure after which the service cannot continue. */
  start(settings: Settings, logger: Logger, onFailure: (error: unknown) => void): Promise<RunningService>;
  /** What to print once it runs. */
  started(url: string): string;
}

/** Runs a service as a process until SIGTERM or SIGINT stops it cleanly; a failure ends the process with 1. */
export async function runService({ environment, start, started }: ServiceStart): Promise<void> {
  const fail = (error: unknown) => {
    process.stderr.write(`${explainError(error)}\n`, () => process.exit(1));
  };
  try {
    // Wrong settings must not leave anything opened or created.
    const settings = readServiceSettings(environment);
    const logger = createLogger(settings.LOG_LEVEL);
    const service = await start(settings, logger, fail);
    // A reader of the line that it is ready may stop it at once.
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
  'Answers under way may be incomplete. Nothing that was acknowledged is lost; the next start continues from here.';

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
      process.stdout.write('Stopped; nothing is lost. The next start continues from here.\n', () =>
        process.exit(0),
      );
    };
    service.stop().then(stopped, fail);
  };
  onSignals(stop);
}

/** Ends the process at once, without the exit handlers of libraries, which may wait for what is under way. */
function endBy(signal: NodeJS.Signals, logger: Logger, why: string): void {
  logger.warn({ signal }, 'ended before everything was finished');
  const end = () => endBySignal(signal);
  // The reader of the output may be gone, or slow.
  setTimeout(end, LAST_WORDS_MS);
  process.stdout.write(why, end);
}

const LAST_WORDS_MS = 200;
