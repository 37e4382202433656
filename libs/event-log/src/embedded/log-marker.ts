import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LogReplacedError } from '../log-errors.js';
import { madeAt } from '../log-identity.js';

const FORMAT = 1;

/** A file beside the log's own that identifies the log, so that another file in its place is noticed. */
export interface LogMarker {
  readonly format: number;
  /** See `LogMetadata.identity`. */
  readonly identity: string;
  /** ISO time. */
  readonly created: string;
}

/**
 * To be read before the log is opened, since opening creates missing files.
 *
 * @throws LogReplacedError if there was a log and its file is gone or empty, or if the marker is unreadable.
 */
export function readMarker(directory: string): LogMarker | undefined {
  const text = readIfThere(join(directory, 'log.json'));
  if (text === undefined) return undefined;
  const marker = parseMarker(text);
  if (marker === undefined) {
    throw new LogReplacedError(directory, 'log.json cannot be read (if only that file is wrong, remove it)');
  }
  const bytes = statSync(join(directory, 'data.mdb'), { throwIfNoEntry: false })?.size;
  if (bytes === undefined) throw new LogReplacedError(directory, 'data.mdb is not there');
  if (bytes === 0) throw new LogReplacedError(directory, 'data.mdb is empty');
  return marker;
}

/** @throws LogReplacedError if the marker belongs to another log than the one that was opened. */
export function checkIdentity(directory: string, marker: LogMarker, identity: string | undefined): void {
  if (identity === marker.identity) return;
  const found = identity === undefined ? 'data.mdb has no identity' : `data.mdb is the log ${identity}`;
  throw new LogReplacedError(directory, `${found}, and log.json says ${marker.identity}`);
}

/** Writes the marker atomically: a crash leaves either none or all of it. */
export function writeMarker(directory: string, identity: string): void {
  const marker: LogMarker = { format: FORMAT, identity, created: madeAt(identity) };
  const draft = join(directory, `log.json.${randomUUID()}.new`);
  const file = openSync(draft, 'wx', 0o644);
  try {
    writeSync(file, `${JSON.stringify(marker)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, join(directory, 'log.json'));
  flushDirectory(directory);
}

/** Windows cannot open directories, and makes renames durable by itself. */
function flushDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseMarker(text: string): LogMarker | undefined {
  try {
    const marker = JSON.parse(text) as Partial<LogMarker> | null;
    return typeof marker?.identity === 'string' ? (marker as LogMarker) : undefined;
  } catch {
    return undefined;
  }
}
