import { SettingsError } from '#edge/settings';
import { LogDamagedError, LogReplacedError, UnstableLayoutError } from '#event-log';
import { SchemaNewerError, StoreInUseError } from '#store';
import { ProjectorsAtWorkError } from '#projection';

const SELF_EXPLAINING = [
  SettingsError,
  SchemaNewerError,
  ProjectorsAtWorkError,
  UnstableLayoutError,
  LogDamagedError,
  LogReplacedError,
];

/** Says what is wrong and what to do, and ends the process with the exit code. */
export function failWith(error: unknown, exitCode = 1): void {
  process.stderr.write(`${explain(error)}\n`, () => process.exit(exitCode));
}

function explain(error: unknown): string {
  if (error instanceof StoreInUseError) {
    return `${error.message}\nThe embedded store belongs to one process at a time: stop the service first, then run this again.`;
  }
  const isTold = SELF_EXPLAINING.some((type) => error instanceof type);
  if (isTold) return (error as Error).message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
