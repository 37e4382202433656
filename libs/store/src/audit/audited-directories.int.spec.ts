import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Directory } from '#domain';
import { ClickHouseProjectionStore } from '../projection/clickhouse-projection-store.js';
import { StoreConnection } from '../connection/connection.js';
import { NO_CHANGES } from '../projection/projection-store.js';
import { migrate } from '../schema/migrate.js';
import { audit } from './audit.js';

const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const database = 'statusledger';
const DIRECTORIES = 300;

const anyId = fc.string({
  unit: fc.constantFrom('a', 'b', '1', ' ', '"', '\\', '/', `'`, '\u2028', '\uff5e', '\u{1f600}'),
  minLength: 1,
  maxLength: 4,
});
const ACTIVE = { name: 'any', status: 'ACTIVE' } as const;

/** Any shape that the receiver accepts: ids are unique except for the groups of agents. */
const anyDirectory: fc.Arbitrary<Directory> = fc
  .record({
    services: fc.uniqueArray(anyId, { maxLength: 5 }),
    groups: fc.uniqueArray(anyId, { maxLength: 12 }),
    agents: fc.uniqueArray(anyId, { maxLength: 8 }),
    agentGroups: fc.array(fc.array(anyId, { maxLength: 4 }), { minLength: 8, maxLength: 8 }),
    hasAgents: fc.boolean(),
  })
  .map(({ services, groups, agents, agentGroups, hasAgents }) => ({
    services: services.map((id, place) => {
      const own = groups.filter((_, index) => index % services.length === place);
      const serviceGroups = own.map((group) => ({ id: group, ...ACTIVE }));
      return { id, ...ACTIVE, ...(own.length > 0 ? { serviceGroups } : {}) };
    }),
    ...(hasAgents ? { agents: agents.map((id, place) => agentOf(id, agentGroups[place]!)) } : {}),
  }));

function agentOf(id: string, groups: readonly string[]) {
  const listed = [...groups, ...groups.slice(0, 1)].map((groupId) => ({ groupId }));
  return { id, name: 'any', ...(groups.length > 0 ? { agentGroups: listed } : {}) };
}

describe(`The audit of directories (seed ${seed})`, () => {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'statusledger-test-'));
  const connection = StoreConnection.open({ dataDirectory, database });

  const found = async () => {
    const reported: string[] = [];
    for await (const part of audit(connection, { database, stateMaxAgeMs: 1, eventsPerPart: 500 })) {
      reported.push(...part.differences.map(({ table, side }) => `${side} ${table}`));
    }
    return reported.sort();
  };
  const count = async (table: string) =>
    (await connection.rows<[number]>(`SELECT count() FROM ${database}.${table} FINAL`))[0]![0];

  beforeAll(async () => {
    await migrate(connection, { database, retentionDays: 400 });
    const directories = fc
      .sample(anyDirectory, { seed, numRuns: DIRECTORIES })
      .map((directory, position) => ({
        systemId: `s${position % 3}`,
        position,
        receivedAt: 1,
        directory,
      }));
    await new ClickHouseProjectionStore(connection, database).write({ ...NO_CHANGES, directories });
  });

  afterAll(async () => {
    await connection.close();
    rmSync(dataDirectory, { recursive: true, force: true });
  });

  it('finds no difference for any directory', async () => {
    expect(await count('directory_groups')).toBeGreaterThan(DIRECTORIES);
    expect(await count('directory_agent_groups')).toBeGreaterThan(DIRECTORIES);
    expect(await found()).toEqual([]);
  });

  describe('where the store was tampered with', () => {
    const TABLES = ['directory_groups', 'directory_agent_groups'];
    const insert = (table: string, rows: string) =>
      connection.command(`INSERT INTO ${database}.${table} SELECT ${rows}`);
    /** Restores the original rows except for the first few. */
    const restore = async (table: string, without = 0) => {
      await connection.command(`TRUNCATE TABLE ${database}.${table}`);
      await insert(table, `* FROM ${database}.${table}_kept ORDER BY ALL LIMIT 1000000 OFFSET ${without}`);
    };

    beforeAll(async () => {
      for (const table of TABLES) {
        await connection.command(`CREATE TABLE ${database}.${table}_kept AS ${database}.${table}`);
        await insert(`${table}_kept`, `* FROM ${database}.${table} FINAL`);
      }
    });

    afterEach(async () => {
      for (const table of TABLES) await restore(table);
      expect(await found()).toEqual([]);
    });

    it('reports a group that is in another service', async () => {
      const row = `* REPLACE ('another' AS service_id) FROM ${database}.directory_groups_kept LIMIT 1`;
      await insert('directory_groups', row);
      expect(await found()).toEqual(['missing directory_groups', 'surplus directory_groups']);
    });

    it('reports surplus rows', async () => {
      for (const table of TABLES) {
        await insert(table, `* REPLACE ('nobody' AS group_id) FROM ${database}.${table}_kept LIMIT 1`);
      }
      expect(await found()).toEqual(['surplus directory_agent_groups', 'surplus directory_groups']);
    });

    it('reports missing rows', async () => {
      for (const table of TABLES) await restore(table, 1);
      expect(await found()).toEqual(['missing directory_agent_groups', 'missing directory_groups']);
    });
  });
});
