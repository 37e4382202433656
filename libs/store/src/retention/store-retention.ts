import {
  DAY_MS,
  cutoffOf,
  decideRetention,
  type RetentionDecision,
  type RetentionFindings,
  type RetentionState,
} from '#domain';
import type { StoreConnection } from '../connection/connection.js';
import { timestamp } from '../connection/timestamp.js';
import { PartsManifest } from '../marks/parts-manifest.js';
import { layoutOn } from '../schema/layout-on.js';
import { PROJECTED_TABLES } from '../schema/migrate.js';
import type { Table } from '../schema/table.js';

/** A month of a table whose every row is too old. */
export interface ExpiredMonth {
  readonly table: string;
  /** `YYYYMM` in UTC, which is a partition. */
  readonly month: number;
  readonly rows: number;
}

/** The tables of raw events. The policy looks at the share of these that would be removed. */
const EVENT_TABLES = ['status_events', 'contact_events'];

/** A run of the retention in the store alone, where no embedded log decides. */
export interface StoreRetentionRun {
  readonly findings: RetentionFindings;
  readonly decision: RetentionDecision;
  /** What was removed or, in a run that was held, would have been. */
  readonly months: readonly ExpiredMonth[];
}

/**
 * Removes rows that are too old from the store: whole months of a table, once every row in them is older than a cutoff.
 * It never reads a clock. Removing a month that is gone is harmless, so several processes may do it.
 */
export class StoreRetention {
  constructor(
    private readonly connection: StoreConnection,
    private readonly database: string,
  ) {}

  /** @param cutoff milliseconds since the Unix epoch. Each table keeps its own number of days beyond it. */
  async expired(cutoff: number): Promise<readonly ExpiredMonth[]> {
    const months: ExpiredMonth[] = [];
    for (const table of await this.expiringTables()) months.push(...(await this.expiredOf(table, cutoff)));
    return months;
  }

  /** @param cutoff an approved one. @returns what was removed. */
  async removeExpired(cutoff: number): Promise<readonly ExpiredMonth[]> {
    const layout = layoutOn(this.connection.cluster);
    const months = await this.expired(cutoff);
    const going = new Set(months.map(({ table, month }) => `${table}/${month}`));
    if (going.size === 0) return months;
    await new PartsManifest(this.connection, this.database).forget(({ table, partition }) =>
      going.has(`${table}/${partition}`),
    );
    for (const { table, month } of months) {
      await this.connection.command(layout.dropMonth(this.database, table), { month: String(month) });
    }
    return months;
  }

  /**
   * Looks at the store, decides by itself and remembers what was approved. For services whose log's records Kafka
   * removes.
   */
  async run(now: number, retentionMs: number, isConfirmed = false): Promise<StoreRetentionRun> {
    const { findings, run, months } = await this.look(now, retentionMs);
    const cutoff = cutoffOf(findings);
    const decision = isConfirmed ? ({ kind: 'approved', cutoff } as const) : decideRetention(findings);
    if (decision.kind !== 'approved') return { findings, decision, months };
    await this.remember({ ranAt: now, cutoff }, run + 1);
    return { findings, decision, months: await this.removeExpired(cutoff) };
  }

  /** What a run would find. Nothing is changed. */
  async find(now: number, retentionMs: number): Promise<StoreRetentionRun> {
    const { findings, months } = await this.look(now, retentionMs);
    return { findings, decision: decideRetention(findings), months };
  }

  private async look(now: number, retentionMs: number) {
    const months = await this.expired(now - retentionMs);
    const { run, state: last } = await this.lastApproved();
    let [records, expired] = [0, 0];
    for (const table of EVENT_TABLES) {
      const [row] = await this.connection.rows<[number]>(
        `SELECT toFloat64(count()) FROM ${this.database}.${table}`,
      );
      records += row![0];
    }
    for (const { table, rows } of months) if (EVENT_TABLES.includes(table)) expired += rows;
    const findings = { now, retentionMs, newestAt: await this.newestReceipt(), last, records, expired };
    return { findings, run, months };
  }

  /**
   * Some may be missing in a cluster whose hosts are of an earlier version, or in a store that was never projected to.
   */
  private async expiringTables(): Promise<readonly Table[]> {
    const present = await this.connection.rows<[string]>(
      'SELECT name FROM system.tables WHERE database = {database:String}',
      { database: this.database },
    );
    const names = new Set(present.map(([name]) => name));
    return PROJECTED_TABLES.filter(({ name, expiry }) => expiry !== undefined && names.has(name));
  }

  /** Only months that had ended by then are read. */
  private async expiredOf({ name, expiry, partitionBy }: Table, cutoff: number): Promise<ExpiredMonth[]> {
    const before = cutoff - expiry!.graceDays * DAY_MS;
    const rows = await this.connection.rows<[number, number]>(
      `SELECT ${partitionBy!} AS month, toFloat64(count()) FROM ${this.database}.${name}
       WHERE month < toYYYYMM({before:DateTime64(3, 'UTC')})
       GROUP BY month HAVING max(${expiry!.column}) < {before:DateTime64(3, 'UTC')} ORDER BY month`,
      { before: timestamp(Math.max(0, before)) },
    );
    return rows.map(([month, count]) => ({ table: name, month, rows: count }));
  }

  private async newestReceipt(): Promise<number | undefined> {
    const [row] = await this.connection.rows<[number, number]>(
      `SELECT toFloat64(count()), toFloat64(toUnixTimestamp64Milli(max(last_received)))
       FROM ${this.database}.system_activity`,
    );
    return row === undefined || row[0] === 0 ? undefined : row[1];
  }

  private async lastApproved(): Promise<{ run: number; state?: RetentionState }> {
    const [row] = await this.connection.latestRows<[number, number, number]>(
      `SELECT toFloat64(run), toFloat64(toUnixTimestamp64Milli(ran_at)), toFloat64(toUnixTimestamp64Milli(cutoff))
       FROM ${this.database}.retention_runs FINAL`,
    );
    return row === undefined ? { run: 0 } : { run: row[0], state: { ranAt: row[1], cutoff: row[2] } };
  }

  private remember({ ranAt, cutoff }: RetentionState, run: number): Promise<void> {
    return this.connection.insert(
      `${this.database}.retention_runs`,
      ['store', 'run', 'ran_at', 'cutoff'],
      [['events', run, timestamp(ranAt), timestamp(cutoff)]],
      { readBack: true },
    );
  }
}
