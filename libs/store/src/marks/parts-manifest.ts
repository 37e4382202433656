import type { StoreConnection } from '../connection/connection.js';
import { MARKS_TABLE, StoreMarks } from './store-marks.js';

/** The mark that holds the list. */
export const PARTS_MARK = 'parts';

/** Maximum lost parts that are named; of the others only the number is given. */
const NAMED_PARTS = 5;

/** A part of a table as the engine keeps it: the rows of some inserts, or what merges made of several parts. */
type Part = readonly [table: string, partition: string, firstBlock: number, lastBlock: number];

/**
 * A list, kept in the store, of the parts that the embedded store consists of. The engine itself does not notice that a
 * part is gone, and answers without its rows. Merges replace several parts by one that covers their blocks.
 *
 * Rows written since the list was last saved can be lost unnoticed, so it is saved every minute and on shutdown. A
 * server has no list: backups restore parts under other numbers, and replicas check their own.
 */
export class PartsManifest {
  private readonly marks: StoreMarks;
  private kept: string | undefined;

  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {
    this.marks = new StoreMarks(connection, database);
  }

  /** Saves the list of the present parts, if it has changed. */
  async keep(): Promise<void> {
    if (!this.connection.isEmbedded) return;
    const list = JSON.stringify(await this.parts());
    if (list === this.kept) return;
    await this.marks.set(PARTS_MARK, list);
    this.kept = list;
  }

  /** Drops the parts for which `isToGo` is true from the list. Call it before removing them on purpose. */
  async forget(isToGo: (part: { table: string; partition: string }) => boolean): Promise<void> {
    if (!this.connection.isEmbedded) return;
    const list = (await this.listed()).filter(([table, partition]) => !isToGo({ table, partition }));
    this.kept = undefined;
    await this.marks.set(PARTS_MARK, JSON.stringify(list));
  }

  /** @returns which of the listed parts are gone, as text; `undefined` if none is. */
  async loss(): Promise<string | undefined> {
    if (!this.connection.isEmbedded) return undefined;
    const listed = await this.listed();
    if (listed.length === 0) return undefined;
    const present = groupByPlace(await this.parts());
    const lost = listed.filter((part) => !isCovered(part, present.get(placeOf(part)) ?? []));
    if (lost.length === 0) return undefined;
    const names = lost
      .slice(0, NAMED_PARTS)
      .map(([table, partition, from, to]) => `${table} ${partition}_${from}_${to}`);
    const more = lost.length > NAMED_PARTS ? `, and ${lost.length - NAMED_PARTS} more` : '';
    return `parts of its tables are gone (${names.join(', ')}${more})`;
  }

  private async listed(): Promise<readonly Part[]> {
    const value = await this.marks.get(PARTS_MARK);
    return value === '' ? [] : (JSON.parse(value) as Part[]);
  }

  private parts(): Promise<Part[]> {
    return this.connection.rows<[string, string, number, number]>(
      `SELECT table, partition_id, min_block_number, max_block_number FROM system.parts
       WHERE database = {database:String} AND table != {marks:String} AND active ORDER BY ALL`,
      // The list itself is a mark, so each save makes another part.
      { database: this.database, marks: MARKS_TABLE },
    );
  }
}

function placeOf([table, partition]: Part): string {
  return `${table}/${partition}`;
}

function groupByPlace(parts: readonly Part[]): ReadonlyMap<string, readonly Part[]> {
  const groups = new Map<string, Part[]>();
  for (const part of parts) {
    const group = groups.get(placeOf(part));
    if (group === undefined) groups.set(placeOf(part), [part]);
    else group.push(part);
  }
  return groups;
}

function isCovered([, , first, last]: Part, present: readonly Part[]): boolean {
  return present.some(([, , from, to]) => from <= first && to >= last);
}
