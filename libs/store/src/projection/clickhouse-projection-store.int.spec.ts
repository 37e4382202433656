import {
  removeTemporaryDirectories,
  temporaryDirectory,
} from '../../../../test/support/processes/standalone-process.js';
import { ClickHouseProjectionStore } from './clickhouse-projection-store.js';
import { StoreConnection } from '../connection/connection.js';
import { projectionStoreContract } from './projection-store.contract.js';
import { migrate } from '../schema/migrate.js';

const connection = StoreConnection.open({ dataDirectory: temporaryDirectory(), database: 'contract_0' });
let databases = 0;

afterAll(async () => {
  await connection.close();
  removeTemporaryDirectories();
});

projectionStoreContract('ClickHouseProjectionStore', async () => {
  const database = `contract_${databases++}`;
  await migrate(connection, { database, retentionDays: 400 });
  return {
    open: async () => new ClickHouseProjectionStore(connection, database),
    dispose: () => connection.command(`DROP DATABASE ${database}`),
  };
});
