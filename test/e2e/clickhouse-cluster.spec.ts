import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { migrate, SchemaLayoutError, StoreConnection, StoreRetention } from '#store';
import { parseOptions, type SimulatorOptions } from '../../apps/simulator/src/options.js';
import { simulate } from '../../apps/simulator/src/simulate.js';
import { layoutOn } from '../../libs/store/src/schema/layout-on.js';
import { MIGRATIONS } from '../../libs/store/src/schema/migrations/all.js';
import { ClickHouseCluster, CLUSTER } from '../support/store/clickhouse-cluster.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';

const seed = process.env['SIMULATION_SEED'] ?? String(Math.floor(Math.random() * 1_000_000));
const database = 'statusledger';
const SILENT = {
  line: () => undefined,
  progress: () => ({ advance: () => undefined, stop: () => undefined }),
};
/** Tables, and the columns whose equal values must share a shard. */
const TOGETHER = [
  ['status_events', 'system_id, worker_id'],
  ['state_intervals', 'system_id, worker_id'],
  ['timelines', 'system_id, worker_id'],
  ['contact_events', 'system_id, contact_id'],
  ['legs', 'system_id, contact_id'],
  ['answered_legs', 'system_id, contact_id'],
] as const;

describe(`a store of two shards (seed ${seed})`, () => {
  const dataDirectory = temporaryDirectory();
  let cluster: ClickHouseCluster;
  let connection: StoreConnection;
  let hosts: StoreConnection[];

  const environment = () => ({
    DATA_DIR: dataDirectory,
    CLICKHOUSE_URL: cluster.url,
    CLICKHOUSE_CLUSTER: CLUSTER,
    CLICKHOUSE_DATABASE: database,
  });
  const run = async (command: 'audit' | 'rebuild') => {
    const main = resolve(`dist/apps/maintenance/src/${command}.js`);
    const env = { PATH: process.env['PATH'], ...environment() };
    const ended = promisify(execFile)(process.execPath, [main], { env });
    const { stdout } = await ended.catch((error: Error & { readonly stdout: string }) => {
      throw new Error(`${error.message}\n${error.stdout}`);
    });
    return stdout;
  };
  const onEachHost = <T extends readonly (string | number)[]>(query: string) =>
    Promise.all(hosts.map((host) => host.rows<T>(query)));

  beforeAll(async () => {
    cluster = await ClickHouseCluster.start(temporaryDirectory());
    connection = StoreConnection.open({ url: cluster.url, database, cluster: CLUSTER });
    hosts = cluster.hostUrls.map((url) => StoreConnection.open({ url, database }));
  });

  afterAll(async () => {
    for (const each of [connection, ...hosts]) await each.close();
    await cluster.stop();
    removeTemporaryDirectories();
  });

  it('is created once, even by two processes at the same time', async () => {
    const another = StoreConnection.open({ url: cluster.url, database, cluster: CLUSTER });
    await Promise.all([connection, another].map((each) => migrate(each, { database, retentionDays: 300 })));
    await another.close();
    expect(
      await connection.rows(`SELECT version FROM ${database}.schema_migrations FINAL ORDER BY version`),
    ).toEqual(MIGRATIONS.map(({ version }) => [version]));
    const [first, second] = await onEachHost<[string, string]>(
      `SELECT name, replaceRegexpOne(create_table_query, ' UUID .*? ', ' ') FROM system.tables
       WHERE database = '${database}' ORDER BY name`,
    );
    expect(first).toEqual(second);
    expect(first!.length).toBeGreaterThan(20);
  });

  it('drops the TTLs that an earlier version set, even after an interrupted attempt', async () => {
    const layout = layoutOn(CLUSTER);
    const tablesWithTtl = `SELECT count() FROM system.tables WHERE database = '${database}' AND position(engine_full, ' TTL ') > 0`;
    const [set, remove] = layout.change(database, { removeTtlOf: 'legs', column: 'begin' }) as [
      string,
      string,
    ];
    for (const statement of [set, set]) await connection.command(statement);
    expect(await onEachHost(tablesWithTtl)).toEqual([[[1]], [[1]]]);
    for (const statement of [set, remove, set, remove]) await connection.command(statement);
    expect(await onEachHost(tablesWithTtl)).toEqual([[[0]], [[0]]]);
  });

  it('removes exactly the months whose rows are all too old, on every shard', async () => {
    const monthsOfLetters = async () => {
      const months = `SELECT DISTINCT toYYYYMM(received_at) FROM ${database}.dead_letters_local ORDER BY 1`;
      return (await onEachHost<[number]>(months)).map((rows) => rows.map(([month]) => month));
    };
    const letters = ['2024-01-15', '2024-02-15', '2024-03-01', '2024-03-15'].flatMap((day) =>
      Array.from({ length: 20 }, (_, i) => [`${day} ${i}`, `${day} 00:00:00.000`]),
    );
    await connection.insert(`${database}.dead_letters`, ['id', 'received_at'], letters, { readBack: true });
    expect(await monthsOfLetters()).toEqual([
      [202401, 202402, 202403],
      [202401, 202402, 202403],
    ]);
    const store = new StoreRetention(connection, database);
    const cutoff = Date.UTC(2024, 2, 10);
    const expected = [202401, 202402].map((month) => ({ table: 'dead_letters', month, rows: 20 }));
    expect(await store.expired(cutoff)).toEqual(expected);
    expect(await store.removeExpired(cutoff)).toEqual(expected);
    expect(await store.removeExpired(cutoff)).toEqual([]);
    expect(await monthsOfLetters()).toEqual([[202403], [202403]]);
    await store.removeExpired(Date.UTC(2024, 3, 1));
  });

  it('remembers across hosts the latest approved retention run, even after the clock was set back', async () => {
    const store = new StoreRetention(connection, database);
    for (const now of [Date.UTC(2026, 0, 2), Date.UTC(2026, 0, 1)]) {
      expect((await store.run(now, 86_400_000, true)).decision.kind).toBe('approved');
      expect((await store.find(now, 86_400_000)).findings.last).toEqual({
        ranAt: now,
        cutoff: now - 86_400_000,
      });
    }
  });

  it('gives the right answer to every method, and passes the audit', async () => {
    const service = await StandaloneProcess.start({ dataDirectory, env: environment() });
    const options = parseOptions(['--url', service.url, '--seed', seed, '--agents', '30'], Date.now());
    const { verdicts } = await simulate(options as SimulatorOptions, SILENT);
    await service.stop();
    expect(verdicts.length).toBeGreaterThan(0);
    expect(verdicts.filter(({ equal }) => !equal)).toEqual([]);
    expect(await run('audit')).toContain('No differences: ');
  }, 300_000);

  it.each(TOGETHER)('spreads %s over both shards, but keeps rows of one %s together', async (table, key) => {
    const shards = await onEachHost<string[]>(`SELECT DISTINCT ${key} FROM ${database}.${table}_local`);
    const [first, second] = shards.map((rows) => new Set(rows.map((row) => JSON.stringify(row))));
    expect(first!.size).toBeGreaterThan(0);
    expect(second!.size).toBeGreaterThan(0);
    expect([...first!].filter((row) => second!.has(row))).toEqual([]);
  });

  it('inserts rows selected from other tables on the right shard', async () => {
    await connection.command(
      `INSERT INTO ${database}.systems SELECT concat('made of ', contact_id), min(received_at)
       FROM ${database}.contact_events GROUP BY contact_id`,
    );
    const shards = await onEachHost<[string]>(
      `SELECT system_id FROM ${database}.systems_local
       WHERE cityHash64(system_id) % 2 != (SELECT shard_num - 1 FROM system.clusters WHERE cluster = '${CLUSTER}' AND is_local)`,
    );
    expect(shards).toEqual([[], []]);
    await connection.command(`ALTER TABLE ${database}.systems_local ON CLUSTER '${CLUSTER}'
      DELETE WHERE startsWith(system_id, 'made of ') SETTINGS mutations_sync = 2`);
  });

  it('can be rebuilt from the log repeatedly, leaving nothing behind', async () => {
    const rows = () =>
      connection.rows(`SELECT * EXCEPT version FROM ${database}.legs FINAL ORDER BY ALL LIMIT 10000`);
    const before = await rows();
    expect(before.length).toBeGreaterThan(0);
    for (let time = 0; time < 2; time++) {
      await connection.command(`TRUNCATE TABLE ${database}.legs_local ON CLUSTER '${CLUSTER}'`);
      expect(await rows()).toEqual([]);
      expect(await run('rebuild')).toContain('Rebuilt the store: ');
      expect(await rows()).toEqual(before);
    }
    expect(await run('audit')).toContain('No differences: ');
    expect(
      await onEachHost(`SELECT count() FROM system.databases WHERE name = '${database}_rebuild'`),
    ).toEqual([[[0]], [[0]]]);
  }, 300_000);

  it('stores repeated inserts once if servers check deduplication tokens, and keeps different rows', async () => {
    await connection.command(
      `ALTER TABLE ${database}.contact_groups_local ON CLUSTER '${CLUSTER}'
       MODIFY SETTING non_replicated_deduplication_window = 100`,
    );
    await connection.command(`SYSTEM STOP MERGES ${database}.contact_groups_local ON CLUSTER '${CLUSTER}'`);
    const insert = (groups: readonly string[]) =>
      connection.insert(
        `${database}.contact_groups`,
        ['system_id', 'group_id'],
        ['a', 'b', 'c', 'd'].flatMap((system) => groups.map((group) => [`token-${system}`, group])),
      );
    for (const groups of [['1', '2'], ['1', '2'], ['3'], ['1', '2']]) await insert(groups);
    const counts = await connection.rows<[number]>(
      `SELECT count() FROM ${database}.contact_groups WHERE startsWith(system_id, 'token-')`,
    );
    expect(counts).toEqual([[12]]);
  });

  it('refuses to be opened as a single server, and a single server as a cluster', async () => {
    const single = StoreConnection.open({ url: cluster.hostUrls[0]!, database });
    await expect(migrate(single, { database, retentionDays: 400 })).rejects.toThrow(SchemaLayoutError);
    await migrate(single, { database: 'single', retentionDays: 400 });
    await single.close();
    const asCluster = StoreConnection.open({ url: cluster.hostUrls[0]!, database, cluster: CLUSTER });
    await expect(migrate(asCluster, { database: 'single', retentionDays: 400 })).rejects.toThrow(
      'unset CLICKHOUSE_CLUSTER',
    );
    await asCluster.close();
  });
});
