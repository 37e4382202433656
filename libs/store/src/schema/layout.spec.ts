import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { layoutOn } from './layout-on.js';
import { MIGRATIONS } from './migrations/all.js';

const GOLDEN = 'libs/store/src/schema/golden';

/** All that is ever run of a layout, one statement a line. `UPDATE_GOLDEN=1` writes the files anew: read the difference. */
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

describe('the schema', () => {
  it.each([
    ['one server', undefined, 'server.sql'],
    ['a cluster', 'main', 'cluster.sql'],
  ])('is made by these statements on %s', (_, cluster, file) => {
    const path = resolve(GOLDEN, file);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, statementsOn(cluster));
    expect(statementsOn(cluster)).toBe(readFileSync(path, 'utf8'));
  });

  it('has versions in a row from 1', () => {
    expect(MIGRATIONS.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  });

  it('keeps rows that replace each other on one shard: all columns that tell it are of the sorting key', () => {
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

  it('gets a new column where rows are kept and, on a cluster, where they are asked for', () => {
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
