import { CommandError } from '#command';
import { wallClock } from '#telemetry';
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const OWNER_ONLY = 0o600;
/** A change takes milliseconds: a lock of this age belongs to a process that is gone or hangs. */
const STALE_AFTER_MS = 10_000;
const LONGEST_WAIT_MS = 60_000;
const LONGEST_PAUSE_MS = 40;

/** Other commands kept the file locked for longer than anyone should wait. */
export class FileLockedError extends CommandError {
  override readonly name = 'FileLockedError';

  constructor(file: string) {
    super(
      `other commands have kept ${file} locked for ${LONGEST_WAIT_MS / 1_000} s: wait for them, then run this again. If none is running, delete ${file}.lock first.`,
    );
  }
}

/**
 * Replaces a text file by the result of `change`, one process after another. Readers see the old file or the new one.
 * `change` must not have side effects: it may be called again.
 *
 * No two changes can start from the same text, even if a lock is broken that should not have been. A process creates its
 * draft before it reads the file, and deletes all other drafts in between; a draft that was deleted cannot take the
 * file's place. The lock only keeps the processes from deleting each other's drafts for ever.
 *
 * @param change gets the present text, or `undefined` if there is no file. If it throws, the file stays as it was.
 * @throws FileLockedError
 */
export async function replaceFile<Result>(
  file: string,
  change: (text: string | undefined) => { readonly text: string; readonly result: Result },
): Promise<Result> {
  for (;;) {
    const release = await lock(file);
    try {
      const replaced = replaceOnce(file, change);
      if (replaced !== undefined) return replaced.result;
    } finally {
      release();
    }
  }
}

/** @returns `undefined` if another process has deleted the draft: it took this one for gone. */
function replaceOnce<Result>(
  file: string,
  change: (text: string | undefined) => { readonly text: string; readonly result: Result },
): { readonly result: Result } | undefined {
  const draft = `${file}.${randomUUID()}.new`;
  const descriptor = openSync(draft, 'wx', OWNER_ONLY);
  try {
    deleteOtherDrafts(file, draft);
    const { text, result } = change(textOf(file));
    writeSync(descriptor, text);
    fsyncSync(descriptor);
    return ifThere(() => {
      renameSync(draft, file);
      return { result };
    });
  } finally {
    closeSync(descriptor);
    rmSync(draft, { force: true });
  }
}

/** Includes those that killed commands left behind. */
function deleteOtherDrafts(file: string, own: string): void {
  const directory = dirname(file);
  const prefix = `${basename(file)}.`;
  for (const name of readdirSync(directory)) {
    const isDraft = name.startsWith(prefix) && /^(?:\d+|[0-9a-f-]{36})\.new$/.test(name.slice(prefix.length));
    if (isDraft && name !== basename(own)) rmSync(join(directory, name), { force: true });
  }
}

/** @returns a function that releases the lock. */
async function lock(file: string): Promise<() => void> {
  const path = `${file}.lock`;
  const owner = `${process.pid} ${hostname()} ${randomUUID()}`;
  const deadline = performance.now() + LONGEST_WAIT_MS;
  while (!create(path, owner)) {
    if (isStale(path)) rmSync(path, { force: true });
    else if (performance.now() > deadline) throw new FileLockedError(file);
    else await sleep(Math.random() * LONGEST_PAUSE_MS);
  }
  return () => {
    if (textOf(path) === owner) rmSync(path, { force: true });
  };
}

function create(path: string, content: string): boolean {
  try {
    const descriptor = openSync(path, 'wx', OWNER_ONLY);
    writeSync(descriptor, content);
    closeSync(descriptor);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A killed owner on this host is noticed at once, one on another host or in another container by the lock's age. */
function isStale(path: string): boolean {
  const [pid, host] = (textOf(path) ?? '').split(' ');
  if (host === hostname() && !isRunning(Number(pid))) return true;
  const made = ifThere(() => statSync(path).mtimeMs);
  return made !== undefined && Math.abs(wallClock() - made) > STALE_AFTER_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function textOf(file: string): string | undefined {
  return ifThere(() => readFileSync(file, 'utf8'));
}

function ifThere<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
