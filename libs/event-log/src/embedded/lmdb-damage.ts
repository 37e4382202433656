import { LogDamagedError, LogReplacedError } from '../log-errors.js';

/**
 * LMDB's error codes for a file that LMDB has not written like this (MDB_PAGE_NOTFOUND to MDB_INVALID, MDB_BAD_TXN).
 */
const DAMAGE_CODES = new Set([-30797, -30796, -30795, -30794, -30793, -30784, -30782]);

/** Runs code that opens the log's file. @throws LogDamagedError if LMDB reports damage. */
export function asDamage<T>(access: () => T): T {
  try {
    return access();
  } catch (cause) {
    if (DAMAGE_CODES.has(codeOf(cause) as number)) throw damagedFile(cause);
    throw cause;
  }
}

/**
 * Runs code that reads an open log. An error without a code comes from decoding what was read, so it is damage, too.
 */
export function asDamageIfUnreadable<T>(access: () => T): T {
  try {
    return access();
  } catch (cause) {
    if (cause instanceof LogDamagedError || cause instanceof LogReplacedError) throw cause;
    const code = codeOf(cause);
    if (code === undefined || DAMAGE_CODES.has(code as number)) throw damagedFile(cause);
    throw cause;
  }
}

function damagedFile(cause: unknown): LogDamagedError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LogDamagedError(`its file cannot be read (${reason})`, undefined, { cause });
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}
