import { basename } from 'node:path';
import { StoreConnection, type StoreSettings } from '#store';
import { layoutOn } from '../../../libs/store/src/schema/layout-on.js';

/**
 * The store of a suite: the embedded engine in its data directory or, if CLICKHOUSE_URL is set (with
 * CLICKHOUSE_USERNAME, CLICKHOUSE_PASSWORD, CLICKHOUSE_CLUSTER), a separate database on that server. Databases are
 * dropped after the suite.
 */
export function storeIn(dataDirectory: string, name = 'statusledger'): StoreSettings {
  const given = givenServer();
  if (given === undefined) return { dataDirectory, database: name };
  const database = `${basename(dataDirectory)}_${name}`.replaceAll(/\W/g, '_');
  databases.add(database);
  return { ...given, database };
}

/** The environment variables that point a service at that store. */
export function storeEnvironment(dataDirectory: string): Record<string, string> {
  const given = givenServer();
  if (given === undefined) return { DATA_DIR: dataDirectory };
  const variables = {
    DATA_DIR: dataDirectory,
    CLICKHOUSE_DATABASE: storeIn(dataDirectory).database,
    ...Object.fromEntries(VARIABLES.map((variable) => [variable, process.env[variable]])),
  };
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value)) as Record<string, string>;
}

/** Whether the suites use a server, and whether it belongs to a cluster. */
export const onServer = () => givenServer() !== undefined;
export const onCluster = () => givenServer()?.cluster !== undefined;

const VARIABLES = ['CLICKHOUSE_URL', 'CLICKHOUSE_USERNAME', 'CLICKHOUSE_PASSWORD', 'CLICKHOUSE_CLUSTER'];
const databases = new Set<string>();

function givenServer() {
  const [url, username, password, cluster] = VARIABLES.map((variable) => process.env[variable]);
  if (!url) return undefined;
  return {
    url,
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...(cluster ? { cluster } : {}),
  };
}

async function dropDatabases(): Promise<void> {
  const given = givenServer();
  if (given === undefined || databases.size === 0) return;
  const connection = StoreConnection.open({ ...given, database: 'default' });
  for (const database of databases) await connection.command(layoutOn(given.cluster).dropDatabase(database));
  await connection.close();
}

// Outside a suite, as in a benchmark, there is no such hook.
if (typeof afterAll === 'function') afterAll(dropDatabases, 120_000);
