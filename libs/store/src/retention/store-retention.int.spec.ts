import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAY_MS, HOUR_MS } from '#domain';
import { StoreConnection } from '../connection/connection.js';
import { timestamp } from '../connection/timestamp.js';
import { migrate } from '../schema/migrate.js';
import { StoreRetention } from './store-retention.js';

const RETENTION = 400 * DAY_MS;
const NOW = Date.UTC(2026, 5, 15);
const directory = mkdtempSync(join(tmpdir(), 'statusledger-store-retention-'));

describe('The retention of the store', () => {
  let connection: StoreConnection;
  let store: StoreRetention;
  const database = 'retention';

  beforeAll(async () => {
    connection = StoreConnection.open({ dataDirectory: directory, database });
    store = new StoreRetention(connection, database);
  });

  afterAll(async () => {
    await connection.close();
    rmSync(directory, { recursive: true });
  });

  beforeEach(async () => {
    await connection.command(`DROP DATABASE IF EXISTS ${database} SYNC`);
    await migrate(connection, { database, retentionDays: 400 });
  });

  /** Writes `each` events at each time. */
  async function events(times: readonly number[], each = 1): Promise<void> {
    const columns = [
      'system_id',
      'worker_id',
      'group_id',
      'action_time',
      'action',
      'state_code',
      'received_at',
    ] as const;
    const rows = times.flatMap((at) =>
      Array.from({ length: each }, (_, i) => [
        's',
        `w${i}`,
        '',
        timestamp(at),
        'enter',
        'Work',
        timestamp(at),
      ]),
    );
    await connection.insert(`${database}.status_events`, [...columns], rows);
    await connection.insert(
      `${database}.system_activity`,
      ['slot', 'system_id', 'last_received'],
      times.map((at) => [Math.floor(at / 1000), 's', timestamp(at)]),
    );
  }

  const monthsOf = async (table: string, column: string) =>
    (
      await connection.rows<[number]>(
        `SELECT DISTINCT toYYYYMM(${column}) FROM ${database}.${table} ORDER BY 1`,
      )
    ).map(([month]) => month);
  const eventMonths = () => monthsOf('status_events', 'action_time');

  it('removes whole months, 31 days beyond the cutoff, and keeps a month with a single younger row', async () => {
    await events([
      Date.UTC(2025, 0, 31, 23),
      Date.UTC(2025, 1, 1),
      Date.UTC(2025, 1, 28, 12),
      Date.UTC(2025, 2, 1),
    ]);
    expect(await store.removeExpired(Date.UTC(2025, 2, 31))).toEqual([
      { table: 'status_events', month: 202501, rows: 1 },
      { table: 'system_activity', month: 202501, rows: 1 },
    ]);
    expect(await eventMonths()).toEqual([202502, 202503]);
    expect(await store.removeExpired(Date.UTC(2025, 2, 31))).toEqual([]);
    await store.removeExpired(Date.UTC(2025, 3, 1));
    expect(await eventMonths()).toEqual([202503]);
  });

  it('keeps an interval while its end is young enough, in the month in which it began', async () => {
    const interval = (start: number, end: number | null) =>
      connection.insert(
        `${database}.state_intervals`,
        [
          'system_id',
          'worker_id',
          'group_id',
          'start',
          'end',
          'state_code',
          'state_name',
          'ended_by',
          'version',
        ],
        [['s', 'w', '', timestamp(start), end === null ? null : timestamp(end), 'Work', '', 'exit', 1]],
      );
    await interval(Date.UTC(2024, 0, 5), null);
    await interval(Date.UTC(2024, 1, 5), Date.UTC(2025, 5, 1));
    expect((await store.removeExpired(Date.UTC(2025, 0, 1))).map(({ month }) => month)).toEqual([202401]);
    expect(await monthsOf('state_intervals', 'start')).toEqual([202402]);
  });

  it('shows what it would remove without removing it', async () => {
    await events([Date.UTC(2025, 0, 1)], 3);
    const expected = { table: 'status_events', month: 202501, rows: 3 };
    expect(await store.expired(Date.UTC(2026, 0, 1))).toContainEqual(expected);
    expect(await eventMonths()).toEqual([202501]);
  });

  it('does nothing for a database that does not exist', async () => {
    expect(await new StoreRetention(connection, 'never_made').removeExpired(NOW)).toEqual([]);
  });

  it('runs hour after hour, and is held when the clock has jumped', async () => {
    const monthly = Array.from({ length: 16 }, (_, month) => Date.UTC(2025, 2 + month, 1));
    await events(
      monthly.filter((at) => at < NOW),
      10,
    );
    await events([NOW - 60_000], 10);
    const run = async (now: number) => (await store.run(now, RETENTION)).decision.kind;
    expect(await run(NOW)).toBe('approved');
    const before = await eventMonths();
    for (const jump of [30 * DAY_MS * 8, 500 * DAY_MS, 20_000 * DAY_MS]) {
      expect(await run(NOW + jump)).toBe('held');
      expect(await run(NOW + jump + HOUR_MS)).toBe('held');
    }
    expect(await eventMonths()).toEqual(before);
    expect(await run(NOW - 500 * DAY_MS)).toBe('idle');
    expect(await run(NOW + HOUR_MS)).toBe('approved');
    expect(await eventMonths()).toEqual(before);
    expect((await store.run(NOW + 500 * DAY_MS, RETENTION, true)).months.length).toBeGreaterThan(0);
    expect(await eventMonths()).toEqual([]);
  });
});
