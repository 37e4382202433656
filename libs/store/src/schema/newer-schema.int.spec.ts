import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StoreConnection } from '../connection/connection.js';
import { createStaging, migrate, refuseNewerSchema, SchemaNewerError } from './migrate.js';
import { MIGRATIONS } from './migrations/all.js';

const database = 'newer';
const NEWEST = MIGRATIONS.at(-1)!.version;

describe('The version of the schema', () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'statusledger-schema-'));
  const connection = StoreConnection.open({ dataDirectory, database });
  const settings = { database, retentionDays: 400 };
  const note = (version: number) =>
    connection.insert(`${database}.schema_migrations`, ['version', 'name'], [[version, 'any']]);

  afterAll(async () => {
    await connection.close();
    rmSync(dataDirectory, { recursive: true });
  });

  it('is accepted if there is no store, or if the store is as new as the program', async () => {
    await refuseNewerSchema(connection, database);
    await migrate(connection, settings);
    await migrate(connection, settings);
    await refuseNewerSchema(connection, database);
  });

  it('is refused if the store is newer, with both versions in the message', async () => {
    await note(NEWEST + 1);
    for (const attempt of [migrate(connection, settings), refuseNewerSchema(connection, database)]) {
      await expect(attempt).rejects.toThrow(SchemaNewerError);
      await expect(attempt).rejects.toThrow(`schema version ${NEWEST + 1}`);
      await expect(attempt).rejects.toThrow(`versions up to ${NEWEST}.`);
    }
  });

  it('does not prevent a rebuild from making another database', async () => {
    await createStaging(connection, { database: `${database}_rebuild`, retentionDays: 400 });
    await refuseNewerSchema(connection, `${database}_rebuild`);
  });
});
