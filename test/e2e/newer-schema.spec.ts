import { StoreConnection } from '#store';
import { runCommand } from '../support/processes/run-command.js';
import { freePorts } from '../support/processes/free-ports.js';
import {
  removeTemporaryDirectories,
  StandaloneProcess,
  temporaryDirectory,
} from '../support/processes/standalone-process.js';
import { storeEnvironment, storeIn } from '../support/store/store-under-test.js';

const NEWER = 99;

describe('a store with a newer schema than the program', () => {
  const dataDirectory = temporaryDirectory();
  const { database } = storeIn(dataDirectory);

  const onStore = async <T>(work: (connection: StoreConnection) => Promise<T>): Promise<T> => {
    const connection = StoreConnection.open(storeIn(dataDirectory));
    try {
      return await work(connection);
    } finally {
      await connection.close();
    }
  };
  const tables = () =>
    onStore((connection) =>
      connection.rows(
        'SELECT database, name, create_table_query FROM system.tables WHERE database LIKE {like:String} ORDER BY ALL',
        { like: `${database}%` },
      ),
    );

  beforeAll(async () => {
    await (await StandaloneProcess.start({ dataDirectory })).stop();
    await onStore((connection) =>
      connection.command(
        `INSERT INTO ${database}.schema_migrations (version, name, retention_days) VALUES (${NEWER}, 'of the future', 0)`,
      ),
    );
  });

  afterAll(removeTemporaryDirectories);

  it.each([
    ['standalone', 'standalone/src/main.js'],
    ['projector', 'projector/src/main.js'],
    ['query', 'query/src/main.js'],
    ['rebuild', 'maintenance/src/rebuild.js'],
    ['audit', 'maintenance/src/audit.js'],
  ])('is refused by %s, which says both versions and what to do, and changes nothing', async (_, program) => {
    const before = await tables();
    const [port] = await freePorts(1);
    const refused = await runCommand(program, [], {
      ...storeEnvironment(dataDirectory),
      PORT: String(port),
      RETENTION_DAYS: '399',
    });
    expect(refused.code).toBe(program.endsWith('audit.js') ? 2 : 1);
    expect(refused.errors).toContain(`has schema version ${NEWER}`);
    expect(refused.errors).toContain('npm run rebuild');
    expect(refused.errors).not.toContain('    at ');
    expect(await tables()).toEqual(before);
  });
});
