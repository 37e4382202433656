import type { TopicName } from './topics.js';

/** Where in a log something was found. */
export interface LogPlace {
  readonly topic: TopicName;
  readonly partition: number;
  /** The offset of the record, or of the first record of the batch. */
  readonly offset: number;
}

const RESTORE =
  'Nothing behind it was read. Stop the service and restore the log from a backup: see "Backup and restore" in docs/operations.md.';

/**
 * The log's file does not hold what was written to it: a disk, a file system or another program has changed it. Reading
 * the same place again does not help.
 */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError';

  /** @param place where it is; the file as a whole without. */
  constructor(
    found: string,
    readonly place?: LogPlace,
    options?: ErrorOptions,
  ) {
    const where = place && ` in ${place.topic}, partition ${place.partition}, at offset ${place.offset}`;
    super(`the event log is damaged${where ?? ''}: ${found}. ${RESTORE}`, options);
  }
}

/** The log's directory says that there was a log in it, and what is there now is not that log. */
export class LogReplacedError extends Error {
  override readonly name = 'LogReplacedError';

  constructor(directory: string, found: string) {
    super(
      `${directory} is not the event log that was here: ${found}. Put the right data.mdb back, or restore the whole ` +
        'directory from a backup (docs/operations.md, "Backup and restore"). If the log is meant to begin again, move ' +
        `${directory} and the store away first.`,
    );
  }
}

/** Nothing durable can be written, or nothing can be read, at present. Trying again later may succeed. */
export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError';
}
