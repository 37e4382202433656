import type { Layout } from './layout.js';
import { removeTtl } from './remove-ttl.js';
import { createTable } from './server-layout.js';
import type { Table } from './table.js';

/**
 * Where the replicas of a shard's table find each other. The path has the table's UUID, which every host of the cluster
 * gets: a name would be wrong once `rebuild` has exchanged the tables, and would hand the insert history of the old
 * table to the new one.
 */
const REPLICATION = `'/clickhouse/tables/{uuid}/{shard}', '{replica}'`;

/**
 * Every table `T` is `T_local` on each host, replicated within its shard, and `T` over all shards, so that reads and
 * writes use the same names as on one server.
 */
export function clusterLayout(cluster: string): Layout {
  const onCluster = `ON CLUSTER '${cluster}'`;
  const create = (database: string, table: Table) => [
    createTable(`${database}.${localName(table.name)} ${onCluster}`, table, replicatedEngine(table)),
    `CREATE TABLE IF NOT EXISTS ${database}.${table.name} ${onCluster} AS ${database}.${localName(table.name)}
     ENGINE = Distributed('${cluster}', '${database}', '${localName(table.name)}', cityHash64(${table.shardBy}))`,
  ];
  return {
    createDatabase: (database) => `CREATE DATABASE IF NOT EXISTS ${database} ${onCluster}`,
    dropDatabase: (database) => `DROP DATABASE IF EXISTS ${database} ${onCluster} SYNC`,
    change(database, change) {
      if ('create' in change) return create(database, change.create);
      if ('addColumnTo' in change) {
        const { addColumnTo: table, column } = change;
        return [localName(table), table].map(
          (name) => `ALTER TABLE ${database}.${name} ${onCluster} ADD COLUMN IF NOT EXISTS ${column}`,
        );
      }
      if ('removeTtlOf' in change) {
        const table = `${database}.${localName(change.removeTtlOf)}`;
        return removeTtl(change.column).map((action) => `ALTER TABLE ${table} ${onCluster} ${action}`);
      }
      if ('alter' in change) {
        return [`ALTER TABLE ${database}.${localName(change.alter)} ${onCluster} ${change.action}`];
      }
      return [`INSERT INTO ${database}.${change.fill} ${change.select((table) => `${database}.${table}`)}`];
    },
    dropMonth: (database, table) =>
      `ALTER TABLE ${database}.${localName(table)} ${onCluster} DROP PARTITION ID {month:String}`,
    exchange: (table, database, other) =>
      `EXCHANGE TABLES ${database}.${localName(table)} AND ${other}.${localName(table)} ${onCluster}`,
  };
}

function localName(table: string): string {
  return `${table}_local`;
}

function replicatedEngine({ engine, engineArguments }: Table): string {
  const own = engineArguments === undefined ? '' : `, ${engineArguments}`;
  return `Replicated${engine}(${REPLICATION}${own})`;
}
