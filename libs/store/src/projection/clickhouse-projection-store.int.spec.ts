import {
  removeTemporaryDirectories,
  temporaryDirectory,
} from '../../../../test/support/processes/standalone-process.js';
import { StoreConnection, type InsertOptions } from '../connection/connection.js';
import type { Row } from '../connection/values.js';
import { migrate } from '../schema/migrate.js';
import { BegunWrites } from './begun-writes.js';
import { ClickHouseProjectedRows } from './contract/clickhouse-projected-rows.fixture.js';
import { ClickHouseProjectionStore } from './clickhouse-projection-store.js';
import { projectionStoreContract } from './contract/projection-store.contract.js';
import { EXCHANGING_TABLES, StoreMarks } from '../marks/store-marks.js';

const dataDirectory = temporaryDirectory();
const connection = StoreConnection.open({ dataDirectory, database: 'contract_0' });
let databases = 0;

afterAll(async () => {
  await connection.close();
  removeTemporaryDirectories();
});

for (const journal of ['with', 'without'] as const) {
  projectionStoreContract(`ClickHouseProjectionStore ${journal} a journal`, async () => {
    const database = `contract_${databases++}`;
    await migrate(connection, { database, retentionDays: 400 });
    const journals: BegunWrites[] = [];
    const on = (through: StoreConnection) => {
      if (journal === 'without') return new ClickHouseProjectionStore(through, database);
      const begun = new BegunWrites(dataDirectory, database);
      journals.push(begun);
      return new ClickHouseProjectionStore(through, database, begun);
    };
    return {
      open: async () => on(connection),
      failingAfter: async (inserts) => on(failingAfter(inserts)),
      rows: new ClickHouseProjectedRows(connection, database),
      remembersBegunWrites: journal === 'with',
      obstruct: () => new StoreMarks(connection, database).set(EXCHANGING_TABLES, 'yes'),
      dispose: async () => {
        for (const begun of journals) await begun.close();
        await connection.command(`DROP DATABASE ${database}`);
      },
    };
  });
}

/** The same connection, on which only the first inserts of rows succeed. */
function failingAfter(inserts: number): StoreConnection {
  let left = inserts;
  const insert: StoreConnection['insert'] = async (
    table: string,
    columns: readonly [string, ...string[]],
    rows: readonly Row[],
    options?: InsertOptions,
  ) => {
    if (rows.length > 0 && left-- === 0) throw new Error('the insert failed');
    await connection.insert(table, columns, rows, options);
  };
  return Object.assign(Object.create(connection) as StoreConnection, { insert });
}
