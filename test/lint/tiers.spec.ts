import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';

const DEPCRUISE = resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
const CONFIG = resolve('.dependency-cruiser.cjs');

const ONE = 'export const one = 1;\n';
const imports = (path: string) => `import { one } from '${path}';\nexport const two = one + 1;\n`;

/** A tree in which each file but the first ones breaks a rule, by the name of the file. */
const TREE: Readonly<Record<string, string>> = {
  'libs/domain/src/index.ts': ONE,
  'libs/store/src/index.ts': ONE,
  'libs/edge/src/index.ts': ONE,
  'libs/answers/src/index.ts': ONE,
  'apps/receiver/src/parts.ts': ONE,
  'test/support/a.ts': ONE,
  'apps/query/src/main.ts': imports('#store'),
  'apps/query/src/neighbour.ts': imports('../../receiver/src/parts.js'),
  'libs/oracle/src/app.ts': imports('../../../apps/receiver/src/parts.js'),
  'libs/store/src/upward.ts': imports('#answers'),
  'libs/store/src/sideways.ts': imports('#edge'),
  'libs/domain/src/disk.ts': imports('node:fs'),
  'libs/edge/src/a.ts': `${imports('./b.js')}export const three = two;\n`,
  'libs/edge/src/b.ts': `import { three } from './a.js';\nexport const one = three;\n`,
  'libs/edge/src/c.ts': `import { d } from './d.js';\nexport interface C { d: number }\nexport const c: C = { d };\n`,
  'libs/edge/src/d.ts': `import type { C } from './c.js';\nexport const d: C['d'] = 1;\n`,
  'libs/edge/src/engine.ts': imports('lmdb'),
  'libs/oracle/src/shared.ts': imports('#domain'),
  'apps/maintenance/src/http.ts': imports('#edge'),
  'libs/service/src/start-receiver.ts': imports('#store'),
  'libs/edge/src/support.ts': imports('../../../test/support/a.js'),
};

describe('the lint of imports', () => {
  let status: number | null;
  let printed: string;

  beforeAll(() => {
    const tree = temporaryDirectory();
    for (const name of ['tsconfig.json', 'tsconfig.rooms.json', 'package.json'])
      copyFileSync(resolve(name), join(tree, name));
    symlinkSync(resolve('node_modules'), join(tree, 'node_modules'));
    for (const [name, text] of Object.entries(TREE)) {
      mkdirSync(dirname(join(tree, name)), { recursive: true });
      writeFileSync(join(tree, name), text);
    }
    const args = [DEPCRUISE, '--config', CONFIG, '--output-type', 'err', 'apps', 'libs', 'test'];
    ({ status, stdout: printed } = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' }));
  });
  afterAll(removeTemporaryDirectories);

  it('fails if anything breaks a rule', () => {
    expect(status).toBeGreaterThan(0);
  });

  it('accepts an app that imports a library through its entry', () => {
    expect(printed).not.toContain('apps/query/src/main.ts');
  });

  it.each([
    [
      'an app that imports another by a relative path',
      'apps-query-imports-no-other-app',
      'apps/query/src/neighbour.ts',
    ],
    ['a library that imports an app', 'no-library-imports-an-app', 'libs/oracle/src/app.ts'],
    [
      'a library that imports one of a higher tier',
      'libs-store-keeps-to-its-tier',
      'libs/store/src/upward.ts',
    ],
    [
      'a library that imports one of its own tier',
      'libs-store-keeps-to-its-tier',
      'libs/store/src/sideways.ts',
    ],
    ['a domain that imports anything', 'the-domain-imports-nothing', 'libs/domain/src/disk.ts'],
    ['two files that import each other', 'no-circular', 'libs/edge/src/a.ts'],
    ['two files of which one imports only a type of the other', 'no-circular', 'libs/edge/src/c.ts'],
    ['a package that belongs to another library', 'only-libs-event-log', 'libs/edge/src/engine.ts'],
    ['an oracle that shares code with what it judges', 'oracles-stay-apart', 'libs/oracle/src/shared.ts'],
    [
      'a command that loads the HTTP framework',
      'commands-serve-nothing-over-http',
      'apps/maintenance/src/http.ts',
    ],
    ['a receiver that loads the store', 'receivers-load-no-store', 'libs/service/src/start-receiver.ts'],
    ['production code that imports tests', 'nothing-shipped-imports-tests', 'libs/edge/src/support.ts'],
  ])('rejects %s', (_what, rule, file) => {
    expect(printed).toMatch(new RegExp(`error ${rule}: ${file.replaceAll('.', '\\.')} `));
  });
});
