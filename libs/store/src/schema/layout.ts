import type { SchemaChange } from './table.js';

/** How tables are laid out: the statements for everything that the schema needs. */
export interface Layout {
  createDatabase(database: string): string;
  /** Drops it with everything in it, and returns once that is gone. */
  dropDatabase(database: string): string;
  change(database: string, change: SchemaChange): readonly string[];
  /** Removes the month `{month:String}` (`YYYYMM`) of a table, if there is one. */
  dropMonth(database: string, table: string): string;
  /** Swaps the rows of a table that both databases have. */
  exchange(table: string, database: string, other: string): string;
}
