import type { TopicName } from './topics.js';

/** A place in a log. */
export interface LogPlace {
  readonly topic: TopicName;
  readonly partition: number;
  /** The offset of the record, or of the first record of the batch. */
  readonly offset: number;
}

const RESTORE =
  'Nothing after it was read. Stop the service and restore the log from a backup: see "Backup and restore" in ' +
  'docs/operations.md.';

/**
 * The log's file does not contain what was written to it, because of the disk, the file system or another program.
 * Reading the same place again does not help.
 */
export class LogDamagedError extends Error {
  override readonly name = 'LogDamagedError';

  /** @param place where the damage is; `undefined` if that is the file as a whole. */
  constructor(
    found: string,
    readonly place?: LogPlace,
    options?: ErrorOptions,
  ) {
    const where = place && ` in ${place.topic}, partition ${place.partition}, at offset ${place.offset}`;
    super(`the event log is damaged${where ?? ''}: ${found}. ${RESTORE}`, options);
  }
}

/** The log's directory contains another log than it did, or none. */
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
