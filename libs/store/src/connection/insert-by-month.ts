import { byMonths } from './by-months.js';
import type { InsertOptions, StoreConnection } from './connection.js';
import type { Row } from './values.js';

/** How items become rows of a table that is partitioned by month. */
export interface MonthlyRows<Item> extends InsertOptions {
  readonly items: readonly Item[];
  /** The time by which the table is partitioned, in milliseconds since the Unix epoch. */
  readonly timeOf: (item: Item) => number;
  readonly rowOf: (item: Item) => Row;
}

/**
 * Inserts rows into a table that is partitioned by month, in as many inserts as their months need. If it rejects, any
 * of them may have been kept.
 */
export async function insertByMonth<Item>(
  connection: Pick<StoreConnection, 'insert'>,
  table: string,
  columns: readonly [string, ...string[]],
  { items, timeOf, rowOf, ...options }: MonthlyRows<Item>,
): Promise<void> {
  for (const group of byMonths(items, timeOf)) {
    await connection.insert(table, columns, group.map(rowOf), options);
  }
}
