import type { Owned } from '../owned.js';
import type { MakeResult, MakeTask, Statement } from '../processes/store-only.js';

/** The database of the service. */
export const DATABASE = 'statusledger';

export const DAY_SECONDS = 86_400;

/** A store full of rows, in a directory that one process at a time can use. */
export interface MadeStore {
  readonly dataDirectory: string;
  /** How many rows the table has that matters. */
  readonly rows: number;
}

/** Makes rows in the store itself, in the service's own schema, and leaves it alone until it has merged. */
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

/** Midnight (UTC) of the day that is so many days before today, in seconds since the Unix epoch. */
export function daysAgo(days: number): number {
  return (Math.floor(Date.now() / 1000 / DAY_SECONDS) - days) * DAY_SECONDS;
}
