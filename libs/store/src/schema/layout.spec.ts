import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { layoutOn } from './layout-on.js';
import { MIGRATIONS } from './migrations/all.js';

const GOLDEN = 'libs/store/src/schema/golden';

/**
 * Every statement that a layout ever runs, one per line. `UPDATE_GOLDEN=1` rewrites the files: review the difference.
 */
function statementsOn(cluster: string | undefined): string {
  const layout = layoutOn(cluster);
  const statements = [
    layout.createDatabase('statusledger'),
    ...MIGRATIONS.flatMap(({ changes }) =>
      changes.flatMap((change) => layout.change('statusledger', change)),
    ),
    layout.dropMonth('statusledger', 'legs'),
    layout.exchange('legs', 'statusledger', 'statusledger_rebuild'),
    layout.dropDatabase('statusledger_rebuild'),
  ];
  return `${statements.map((statement) => statement.replaceAll(/\s+/g, ' ').trim()).join('\n')}\n`;
}

describe('The schema', () => {
  it.each([
    ['one server', undefined, 'server.sql'],
    ['a cluster', 'main', 'cluster.sql'],
  ])('is made by these statements on %s', (_, cluster, file) => {
    const path = resolve(GOLDEN, file);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, statementsOn(cluster));
    expect(statementsOn(cluster)).toBe(readFileSync(path, 'utf8'));
  });

  it('has consecutive versions from 1', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it('keeps rows that replace each other on one shard: the sharding columns are part of the sorting key', () => {
    const tables = MIGRATIONS.flatMap(({ changes }) =>
      changes.flatMap((change) => ('create' in change ? [change.create] : [])),
    );
    for (const { name, shardBy, orderBy } of tables) {
      const key = orderBy.replaceAll(/^\(|\)$/g, '').split(', ');
      expect({ name, outside: shardBy.split(', ').filter((column) => !key.includes(column)) }).toEqual({
        name,
        outside: [],
      });
    }
  });

  it('adds a column to the tables that keep rows and, on a cluster, to those that are queried', () => {
    const change = { addColumnTo: 'legs', column: 'origin String' };
    expect(layoutOn(undefined).change('d', change)).toEqual([
      'ALTER TABLE d.legs ADD COLUMN IF NOT EXISTS origin String',
    ]);
    expect(layoutOn('main').change('d', change)).toEqual([
      "ALTER TABLE d.legs_local ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS origin String",
      "ALTER TABLE d.legs ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS origin String",
    ]);
  });
});
