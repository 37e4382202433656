import type { StoreConnection } from '../connection/connection.js';
import { MARKS_TABLE, StoreMarks } from './store-marks.js';

/** The mark that has the list. */
export const PARTS_MARK = 'parts';

/** Lost parts that are named; of more, only their number is said. */
const NAMED_PARTS = 5;

/** A part of a table as the engine keeps it: rows of a run of inserts, or what merges have made of several. */
type Part = readonly [table: string, partition: string, firstBlock: number, lastBlock: number];

/**
 * A list of the files that the embedded store consists of, kept in the store: the engine itself does not miss a part that is
 * gone, and answers without its rows. Merges put one part in the place of several; it covers their blocks.
 *
 * What was written since the list was last kept can be lost unnoticed, so it is kept every minute and at the end. On a server
 * there is none: backups restore parts under other numbers, and replicas look for theirs themselves.
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

  /** Keeps the list of the parts that there are, if it has changed. */
  async keep(): Promise<void> {
    if (!this.connection.isEmbedded) return;
    const list = JSON.stringify(await this.parts());
    if (list === this.kept) return;
    await this.marks.set(PARTS_MARK, list);
    this.kept = list;
  }

  /** The list without the parts of which `isToGo` is true: to be called before these are removed on purpose. */
  async forget(isToGo: (part: { table: string; partition: string }) => boolean): Promise<void> {
    if (!this.connection.isEmbedded) return;
    const list = (await this.listed()).filter(([table, partition]) => !isToGo({ table, partition }));
    this.kept = undefined;
    await this.marks.set(PARTS_MARK, JSON.stringify(list));
  }

  /** @returns in words which of the listed parts are gone, `undefined` if none is. */
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
      // The list itself is a mark: each time it is kept, there is another part.
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
