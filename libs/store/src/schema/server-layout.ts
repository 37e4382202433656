import type { Layout } from './layout.js';
import { removeTtl } from './remove-ttl.js';
import type { Table } from './table.js';

/** One engine has everything. */
export const serverLayout: Layout = {
  createDatabase: (database) => `CREATE DATABASE IF NOT EXISTS ${database}`,
  dropDatabase: (database) => `DROP DATABASE IF EXISTS ${database} SYNC`,
  change(database, change) {
    if ('create' in change) {
      return [createTable(`${database}.${change.create.name}`, change.create, engineOf(change.create))];
    }
    if ('addColumnTo' in change) {
      return [`ALTER TABLE ${database}.${change.addColumnTo} ADD COLUMN IF NOT EXISTS ${change.column}`];
    }
    if ('removeTtlOf' in change) {
      return removeTtl(change.column).map(
        (action) => `ALTER TABLE ${database}.${change.removeTtlOf} ${action}`,
      );
    }
    if ('alter' in change) return [`ALTER TABLE ${database}.${change.alter} ${change.action}`];
    return [`INSERT INTO ${database}.${change.fill} ${change.select((table) => `${database}.${table}`)}`];
  },
  dropMonth: (database, table) => `ALTER TABLE ${database}.${table} DROP PARTITION ID {month:String}`,
  exchange: (table, database, other) => `EXCHANGE TABLES ${database}.${table} AND ${other}.${table}`,
};

/** The statement that makes a table, with a name, optional clauses after it, and an engine. */
export function createTable(name: string, table: Table, engine: string): string {
  return [
    `CREATE TABLE IF NOT EXISTS ${name} (${table.columns})`,
    `ENGINE = ${engine}`,
    ...(table.partitionBy === undefined ? [] : [`PARTITION BY ${table.partitionBy}`]),
    `ORDER BY ${table.orderBy}`,
    `SETTINGS ${table.settings}`,
  ].join('\n');
}

function engineOf({ engine, engineArguments }: Table): string {
  return engineArguments === undefined ? engine : `${engine}(${engineArguments})`;
}
