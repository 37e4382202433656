import { wallClock } from '#telemetry';
import type { StoreConnection } from '../connection/connection.js';
import { timestamp } from '../connection/timestamp.js';
import { PARTS_MARK } from '../marks/parts-manifest.js';
import { EXCHANGING_TABLES, StoreMarks } from '../marks/store-marks.js';
import { layoutOn } from './layout-on.js';
import { POSITIONS_TABLE } from './migrations/0006-positions.js';
import { MIGRATIONS } from './migrations/all.js';
import { DURABLE, type Migration, type Table } from './table.js';

/** What the schema depends on besides its version. */
export interface SchemaSettings {
  readonly database: string;
  /** Noted with the version, for people who look at the database. `StoreRetention` is what removes old rows. */
  readonly retentionDays: number;
}

/** The database was made on one server and is now opened on a cluster, or the other way round. */
export class SchemaLayoutError extends Error {
  override readonly name = 'SchemaLayoutError';

  constructor(database: string, cluster: string | undefined) {
    super(
      cluster === undefined
        ? `the database ${database} is one of a cluster: set CLICKHOUSE_CLUSTER, or another CLICKHOUSE_DATABASE`
        : `the database ${database} is one of a single server: unset CLICKHOUSE_CLUSTER, or set another CLICKHOUSE_DATABASE and rebuild`,
    );
  }
}

/** The database was written by a newer version of this program, whose tables this one may misread or spoil. */
export class SchemaNewerError extends Error {
  override readonly name = 'SchemaNewerError';

  constructor(database: string, found: number, known: number) {
    super(
      `the store's database ${database} has schema version ${found}, and this program knows versions up to ${known}. Start the newer program that made it; or, to stay with this one, set another CLICKHOUSE_DATABASE and run: npm run rebuild`,
    );
  }
}

/** Which migrations were run. The row of the newest has the retention that was set last. */
const NOTES: Table = {
  name: 'schema_migrations',
  columns: `
    version UInt32, name String, retention_days UInt32, applied_at DateTime64(3, 'UTC') DEFAULT now64(3)`,
  engine: 'ReplacingMergeTree',
  engineArguments: 'applied_at',
  orderBy: 'version',
  settings: DURABLE,
  shardBy: 'version',
};

/** The tables of the newest schema that are projections of the log, which `rebuild` makes again. */
export const PROJECTED_TABLES = MIGRATIONS.flatMap(({ changes }) =>
  changes.flatMap((change) => ('create' in change ? [change.create] : [])),
).filter(({ isProjected = true }) => isProjected);

/**
 * Brings the schema to the newest version. Doing it again changes nothing, and several processes may do it at once.
 *
 * @throws SchemaLayoutError, SchemaNewerError
 */
export async function migrate(connection: StoreConnection, settings: SchemaSettings): Promise<void> {
  const { database } = settings;
  await prepareNotes(connection, database);
  const noted = await connection.latestRows<[number, number]>(
    `SELECT version, retention_days FROM ${database}.${NOTES.name} FINAL`,
  );
  refuseNewer(database, noted);
  const retentionByVersion = new Map(noted);
  const newest = MIGRATIONS.at(-1)!;
  const isNew = noted.length === 0;
  for (const migration of MIGRATIONS) {
    if (retentionByVersion.has(migration.version)) continue;
    await make(connection, database, migration, isNew);
    await note(connection, database, migration, 0);
  }
  if (retentionByVersion.get(newest.version) === settings.retentionDays) return;
  await note(connection, database, newest, settings.retentionDays);
}

/**
 * For programs that read a store which others migrate. Does nothing if there is no store yet.
 *
 * @throws SchemaNewerError
 */
export async function refuseNewerSchema(connection: StoreConnection, database: string): Promise<void> {
  const [table] = await connection.rows<[string]>(
    'SELECT name FROM system.tables WHERE database = {database:String} AND name = {table:String}',
    { database, table: NOTES.name },
  );
  if (table === undefined) return;
  refuseNewer(
    database,
    await connection.rows<[number]>(`SELECT version FROM ${database}.${NOTES.name} ORDER BY version`),
  );
}

function refuseNewer(database: string, noted: readonly (readonly [version: number, ...unknown[]])[]): void {
  const found = Math.max(0, ...noted.map(([version]) => version));
  const known = MIGRATIONS.at(-1)!.version;
  if (found > known) throw new SchemaNewerError(database, found, known);
}

/** Existing objects are left alone: on a cluster even a statement that changes nothing needs every host. */
async function prepareNotes(connection: StoreConnection, database: string): Promise<void> {
  const layout = layoutOn(connection.cluster);
  const [row] = await connection.rows<[string]>(
    'SELECT engine FROM system.tables WHERE database = {database:String} AND name = {table:String}',
    { database, table: NOTES.name },
  );
  if (row === undefined) {
    await connection.command(layout.createDatabase(database));
    for (const statement of layout.change(database, { create: NOTES })) await connection.command(statement);
  } else if ((row[0] === 'Distributed') !== (connection.cluster !== undefined)) {
    throw new SchemaLayoutError(database, connection.cluster);
  }
}

/** @param isNew whether no earlier version has ever worked on the database. */
async function make(
  connection: StoreConnection,
  database: string,
  { changes }: Migration,
  isNew: boolean,
): Promise<void> {
  const layout = layoutOn(connection.cluster);
  for (const change of changes) {
    if (isNew && 'removeTtlOf' in change) continue;
    for (const statement of layout.change(database, change)) await connection.command(statement);
  }
}

function note(
  connection: StoreConnection,
  database: string,
  { version, name }: Migration,
  retentionDays: number,
): Promise<void> {
  return connection.insert(
    `${database}.${NOTES.name}`,
    ['version', 'name', 'retention_days', 'applied_at'],
    // The time keeps a note from repeating an earlier one: a retention that was in force before would not be noted
    // again.
    [[version, name, retentionDays, timestamp(wallClock())]],
    { readBack: true },
  );
}

/**
 * Replaces the projected tables of one database by those of another, each in one step, and drops the staging database
 * with what it then holds. Both have the newest schema.
 */
export async function replaceProjections(
  connection: StoreConnection,
  database: string,
  staging: string,
): Promise<void> {
  const layout = layoutOn(connection.cluster);
  const marks = new StoreMarks(connection, database);
  await marks.set(EXCHANGING_TABLES, '1');
  for (const { name } of inOrderOfExchange()) {
    await connection.command(layout.exchange(name, database, staging));
  }
  // The list described the former tables.
  await marks.set(PARTS_MARK, '');
  await marks.set(EXCHANGING_TABLES, '');
  await connection.command(layout.dropDatabase(staging));
}

/** Positions last, since they promise what is in all the others. */
function inOrderOfExchange(): readonly Table[] {
  const isPositions = ({ name }: Table) => name === POSITIONS_TABLE;
  return [
    ...PROJECTED_TABLES.filter((table) => !isPositions(table)),
    ...PROJECTED_TABLES.filter(isPositions),
  ];
}

/** Makes an empty database with the newest schema, and drops what an earlier attempt left there. */
export async function createStaging(connection: StoreConnection, settings: SchemaSettings): Promise<void> {
  await connection.command(layoutOn(connection.cluster).dropDatabase(settings.database));
  await migrate(connection, settings);
}
