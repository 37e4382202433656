import type { Owned } from '../owned.js';
import type { MakeResult, MakeTask, Statement } from '../processes/store-only.js';

/** The database of the service. */
export const DATABASE = 'statusledger';

export const DAY_SECONDS = 86_400;

/** A store full of rows, in a directory that only one process at a time can use. */
export interface MadeStore {
  readonly dataDirectory: string;
  /** Number of rows in the measured table. */
  readonly rows: number;
}

/** Generates rows inside a new store, in the service's schema, and waits until its merges are done. */
export async function makeStore(
  owned: Owned,
  table: string,
  statements: readonly Statement[],
): Promise<MadeStore> {
  const dataDirectory = owned.directory();
  const [process] = await owned.process('store-only', dataDirectory);
  const task: MakeTask = { kind: 'make', statements, table };
  const { rows } = await process.ask<MakeResult>(task);
  await process.stop();
  return { dataDirectory, rows };
}

/** Midnight (UTC) `days` days before today, in seconds since the Unix epoch. */
export function daysAgo(days: number): number {
  return (Math.floor(Date.now() / 1000 / DAY_SECONDS) - days) * DAY_SECONDS;
}
