import { basename } from 'node:path';
import { StoreConnection, type StoreSettings } from '#store';
import { layoutOn } from '../../../libs/store/src/schema/layout-on.js';

/**
 * The store of a suite: the engine in its data directory, or a database of its own on the server that CLICKHOUSE_URL
 * (with CLICKHOUSE_USERNAME, CLICKHOUSE_PASSWORD, CLICKHOUSE_CLUSTER) gives to the test command. Databases are dropped
 * when the suite is over.
 */
export function storeIn(dataDirectory: string, name = 'statusledger'): StoreSettings {
  const given = givenServer();
  if (given === undefined) return { dataDirectory, database: name };
  const database = `${basename(dataDirectory)}_${name}`.replaceAll(/\W/g, '_');
  databases.add(database);
  return { ...given, database };
}

/** The variables that tell a service of that store. */
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

/** Whether the suites run on a server, and whether that is one of a cluster. */
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

// Outside of a suite, as in a benchmark, there is nobody to tell that it is over.
if (typeof afterAll === 'function') afterAll(dropDatabases, 120_000);
