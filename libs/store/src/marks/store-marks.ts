import type { StoreConnection } from '../connection/connection.js';

export const MARKS_TABLE = 'store_marks';

/** Set while a rebuild exchanges tables one after another, when they belong to two different stores. */
export const EXCHANGING_TABLES = 'exchanging tables';

/** Facts about the store as a whole, by name. Only one process at a time sets a mark. */
export class StoreMarks {
  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {}

  /** @returns the value, `''` if it is not set. */
  async get(mark: string): Promise<string> {
    return (await this.row(mark))?.[0] ?? '';
  }

  async set(mark: string, value: string): Promise<void> {
    const revision = ((await this.row(mark))?.[1] ?? 0) + 1;
    await this.connection.insert(
      `${this.database}.${MARKS_TABLE}`,
      ['mark', 'value', 'revision'],
      [[mark, value, revision]],
      { readBack: true },
    );
  }

  private async row(mark: string): Promise<[value: string, revision: number] | undefined> {
    const rows = await this.connection.latestRows<[string, number]>(
      `SELECT value, revision FROM ${this.database}.${MARKS_TABLE} FINAL WHERE mark = {mark:String}`,
      { mark },
    );
    return rows[0];
  }
}
