import { types } from 'node:util';
import { CommandError } from './command-error.js';

/**
 * Errors of the libraries whose messages say what happened and what to do; some get advice that only a person at a terminal
 * needs. They are listed by name because importing their classes would load every engine into every program.
 */
export const SELF_EXPLAINING: Readonly<Record<string, string>> = {
  KeyFileError: '',
  LogDamagedError: '',
  LogReplacedError: '',
  LogUnavailableError: '',
  ProjectorsAtWorkError: '',
  SchemaNewerError: '',
  SettingsError: '',
  StoreInUseError:
    'Only one process at a time can open the embedded store: stop the service first, then run this again.',
  TopicSettingsError: '',
  UnstableLayoutError: '',
};

/**
 * What a program prints when it fails: a message where that is enough, otherwise the stack.
 *
 * @param advice of this program, on errors by name; instead of the general one.
 */
export function explainError(error: unknown, advice: Readonly<Record<string, string>> = {}): string {
  if (!types.isNativeError(error)) return String(error);
  const next = advice[error.name] ?? adviceOn(error);
  if (next === undefined) return error.stack ?? error.message;
  return next === '' ? error.message : `${error.message}\n${next}`;
}

/** @returns `undefined` if the message of the error does not explain itself. */
function adviceOn(error: Error): string | undefined {
  if (error instanceof CommandError) return '';
  if (isSystemError(error)) return SYSTEM_ADVICE[error.code ?? ''] ?? '';
  return SELF_EXPLAINING[error.name];
}

/** Node's messages for refused system calls name the call and the path or address. */
function isSystemError(error: Error): error is NodeJS.ErrnoException {
  return typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

const SYSTEM_ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'Another process listens there. Stop it, or set PORT to a free one.',
};
