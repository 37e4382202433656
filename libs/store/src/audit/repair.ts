import type { StoreConnection } from '../connection/connection.js';
import type { Row } from '../connection/values.js';
import { layoutOn } from '../schema/layout-on.js';
import { PROJECTED_TABLES } from '../schema/migrate.js';
import { auditedContacts } from './audited-contacts.js';
import { auditedStatuses } from './audited-statuses.js';
import { keysOf, type AuditedKey, type Difference } from './comparison.js';

/** A part of a table whose data can no longer be read as it was written. */
export interface DamagedPart {
  readonly table: string;
  readonly part: string;
  readonly message: string;
}

/** Timelines as (system, worker, group), and contacts as (system, contact). */
export interface KeysToRepair {
  readonly timelines: readonly AuditedKey[];
  readonly contacts: readonly AuditedKey[];
}

const TIMELINE_KEYS = auditedStatuses('', 0).keys!;
const CONTACT_KEYS = auditedContacts('').keys!;
/** What {@link replaceRows} replaces: everything projected from the events of a timeline or a contact. */
const KEYED_TABLES = [
  ...TIMELINE_KEYS.tables.map((table) => ({
    table,
    columns: TIMELINE_KEYS.columns,
    keys: 'timelines' as const,
  })),
  ...CONTACT_KEYS.tables.map((table) => ({
    table,
    columns: CONTACT_KEYS.columns,
    keys: 'contacts' as const,
  })),
];

/** Whether what is lost with a part of the table can be projected again for the affected timelines and contacts. */
export function isRepairable(table: string): boolean {
  return KEYED_TABLES.some((each) => each.table === table);
}

/** Reads all data of the store and verifies its checksums. Not for a cluster, whose replicas do so themselves. */
export async function damagedParts(connection: StoreConnection, database: string): Promise<DamagedPart[]> {
  if (connection.cluster !== undefined) return [];
  const damaged: DamagedPart[] = [];
  for (const { name: table } of PROJECTED_TABLES) {
    const parts = await connection.rows<[string, number, string]>(
      `CHECK TABLE ${database}.${table} SETTINGS check_query_single_value_result = 0`,
    );
    for (const [part, passed, message] of parts) if (!passed) damaged.push({ table, part, message });
  }
  return damaged;
}

/** Removes parts that cannot be read. What was in them is then missing. */
export async function dropParts(
  connection: StoreConnection,
  database: string,
  parts: readonly DamagedPart[],
): Promise<void> {
  for (const { table, part } of parts) {
    // The name of a part is not a value and cannot be bound.
    if (!/^[\w-]+$/.test(part)) throw new Error(`${part} is not the name of a part`);
    await connection.command(`ALTER TABLE ${database}.${table} DROP PART '${part}'`);
  }
}

/** The keys of these differences, and the differences that belong to neither a timeline nor a contact. */
export function keysToRepair(
  differences: readonly Difference[],
): KeysToRepair & { readonly others: readonly Difference[] } {
  return {
    timelines: keysOf(differences, TIMELINE_KEYS),
    contacts: keysOf(differences, CONTACT_KEYS),
    others: differences.filter(({ table }) => !isRepairable(table) && table !== 'contact_groups'),
  };
}

/**
 * Replaces the rows that the store has of the keys by those of the staging database, and drops the staging database.
 * Nothing else may write meanwhile. If it is interrupted it must be run again: rows are missing until then.
 */
export async function replaceRows(
  connection: StoreConnection,
  database: string,
  staging: string,
  keys: KeysToRepair,
): Promise<void> {
  const layout = layoutOn(connection.cluster);
  for (const { table, columns, keys: kind } of KEYED_TABLES) {
    if (keys[kind].length === 0) continue;
    const ofKeys = await keyTable(connection, staging, kind, columns, keys[kind]);
    await connection.command(
      `DELETE FROM ${database}.${table} WHERE (${columns.join(', ')}) IN (SELECT * FROM ${ofKeys})`,
    );
    await copyRows(connection, database, staging, table);
  }
  await copyRows(connection, database, staging, 'contact_groups');
  await connection.command(layout.dropDatabase(staging));
}

/** A deletion runs apart from the connection that asked for it, and cannot see the values bound there. */
async function keyTable(
  connection: StoreConnection,
  staging: string,
  kind: string,
  columns: readonly [string, ...string[]],
  keys: readonly AuditedKey[],
): Promise<string> {
  const name = `${staging}.repaired_${kind}`;
  const definitions = columns.map((column) => `${column} String`).join(', ');
  await connection.command(
    `CREATE TABLE IF NOT EXISTS ${name} (${definitions}) ENGINE = ReplacingMergeTree ORDER BY (${columns.join(', ')})`,
  );
  await connection.insert(name, columns, keys as readonly Row[]);
  return name;
}

async function copyRows(
  connection: StoreConnection,
  database: string,
  staging: string,
  table: string,
): Promise<void> {
  await connection.command(
    `INSERT INTO ${database}.${table} SELECT * FROM ${staging}.${table} SETTINGS max_partitions_per_insert_block = 0`,
  );
}
