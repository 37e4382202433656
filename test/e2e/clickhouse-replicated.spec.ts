import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { StoreConnection } from '#store';
import { ClickHouseCluster } from '../support/store/clickhouse-cluster.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';
import { ZooKeeper, zooKeeperClasspath } from '../support/store/zookeeper.js';

/** All statements that create a cluster's schema; `layout.spec.ts` keeps the file true. */
const STATEMENTS = readFileSync(resolve('libs/store/src/schema/golden/cluster.sql'), 'utf8')
  .trim()
  .split('\n');
const classpath = zooKeeperClasspath();

(classpath === undefined ? describe.skip : describe)('replicated tables on a ZooKeeper', () => {
  let zooKeeper: ZooKeeper;
  let cluster: ClickHouseCluster;
  let hosts: StoreConnection[];

  beforeAll(async () => {
    zooKeeper = await ZooKeeper.start(temporaryDirectory(), classpath!);
    cluster = await ClickHouseCluster.start(temporaryDirectory(), zooKeeper.port);
    hosts = cluster.hostUrls.map((url) => StoreConnection.open({ url, database: 'default' }));
  });

  afterAll(async () => {
    for (const host of hosts) await host.close();
    await cluster.stop();
    await zooKeeper.stop();
    removeTemporaryDirectories();
  });

  /** Runs a statement on every host, with the same UUID for a table, as distributed DDL does. */
  const onEveryHost = async (statement: string) => {
    const uuid = randomUUID();
    for (const host of hosts) {
      await host.command(
        statement
          .replace(/( \w+\.\w+_local) ON CLUSTER 'main' \(/, `$1 UUID '${uuid}' (`)
          .replaceAll(" ON CLUSTER 'main'", ''),
      );
    }
  };

  it('are created by statements that the engine parses unchanged, including ON CLUSTER', async () => {
    for (const statement of STATEMENTS) {
      const [row] = await hosts[0]!.rows<[string]>('SELECT formatQuery({statement:String})', { statement });
      expect(row![0].includes('ON CLUSTER')).toBe(!statement.startsWith('INSERT'));
    }
  });

  it('are created per shard under the UUID of the table, exchanged with those of a rebuild, and dropped', async () => {
    const isMade = (statement: string) =>
      /^CREATE (DATABASE|TABLE IF NOT EXISTS \w+\.\w+_local )/.test(statement);
    const made = STATEMENTS.filter(isMade);
    expect(made.length).toBeGreaterThan(14);
    for (const database of ['statusledger', 'statusledger_rebuild']) {
      for (const statement of made) await onEveryHost(statement.replaceAll('statusledger', database));
    }
    const paths = async () =>
      Promise.all(
        hosts.map((host) =>
          host.rows<[string, string, string]>(
            `SELECT r.database, r.table, r.zookeeper_path FROM system.replicas AS r ORDER BY ALL`,
          ),
        ),
      );
    const before = await paths();
    expect(before[0]).toHaveLength(2 * (made.length - 1));
    before.forEach((rows, shard) => {
      for (const [, , path] of rows)
        expect(path).toMatch(new RegExp(`^/clickhouse/tables/[0-9a-f-]{36}/${shard + 1}$`));
    });
    const pathOf = (rows: (typeof before)[number], database: string) =>
      rows.find(([of, table]) => of === database && table === 'legs_local')![2];
    await onEveryHost(STATEMENTS.find((statement) => statement.startsWith('EXCHANGE'))!);
    const after = await paths();
    for (const shard of [0, 1]) {
      expect(pathOf(after[shard]!, 'statusledger')).toBe(pathOf(before[shard]!, 'statusledger_rebuild'));
    }
    await onEveryHost(STATEMENTS.find((statement) => statement.startsWith('DROP'))!);
    expect((await paths()).map((rows) => rows.length)).toEqual([made.length - 1, made.length - 1]);
    for (const statement of made)
      await onEveryHost(statement.replaceAll('statusledger', 'statusledger_rebuild'));
    expect((await paths())[1]).toHaveLength(2 * (made.length - 1));
  });
});
