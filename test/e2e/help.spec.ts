import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { settingNames } from '#edge/settings';
import { runCommand, type CommandOutcome } from '../support/processes/run-command.js';
import { removeTemporaryDirectories, temporaryDirectory } from '../support/processes/standalone-process.js';

const GOLDEN = resolve('test/e2e/golden/help');
const SERVICES = ['receiver', 'projector', 'query', 'standalone'];
const COMMANDS = ['rebuild', 'audit', 'retention', 'import', 'add-partitions', 'dead-letters', 'api-key'];
const PROGRAMS: Readonly<Record<string, string>> = Object.fromEntries([
  ...SERVICES.map((name) => [name, `${name}/src/main.js`]),
  ...COMMANDS.map((name) => [name, `maintenance/src/${name}.js`]),
  ['simulate', 'simulator/src/main.js'],
]);
/** Each has a golden file of its name; set UPDATE_GOLDEN=1 to write them. */
const HELP_PAGES = [
  ...Object.keys(PROGRAMS),
  'dead-letters list',
  'dead-letters show',
  'dead-letters resend',
];

const dataDirectory = temporaryDirectory();

/** Several processes start side by side, so that a suite of forty takes seconds. */
async function runEach(
  lines: readonly string[],
  ...more: readonly string[]
): Promise<Map<string, CommandOutcome>> {
  const outcomes = await Promise.all(
    lines.map((line) => {
      const [program, ...args] = line.split(' ');
      return runCommand(PROGRAMS[program!]!, [...args, ...more], { DATA_DIR: dataDirectory, PORT: '0' });
    }),
  );
  return new Map(lines.map((line, at) => [line, outcomes[at]!]));
}

function golden(line: string, actual: string): string {
  const file = join(GOLDEN, `${line.replace(' ', '-')}.txt`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(file, actual);
  }
  return readFileSync(file, 'utf8');
}

describe('the command line', () => {
  beforeAll(() => writeFileSync(join(dataDirectory, 'untouched'), ''));
  afterAll(removeTemporaryDirectories);

  describe('with --help', () => {
    let pages: Map<string, CommandOutcome>;
    beforeAll(async () => {
      pages = await runEach(HELP_PAGES, '--help');
    });

    it.each(HELP_PAGES)('prints the page of %s', (line) => {
      const { code, output, errors } = pages.get(line)!;
      expect({ code, errors }).toEqual({ code: 0, errors: '' });
      expect(output).toBe(golden(line, output));
    });

    it('opens and creates nothing in the data directory', () => {
      expect(readdirSync(dataDirectory)).toEqual(['untouched']);
    });

    it.each(SERVICES)('names only variables that exist, for %s', (service) => {
      const named = pages.get(service)!.output.match(/^ {2}[A-Z][A-Z_]+(?= )/gm)!;
      expect(named.length).toBeGreaterThan(4);
      expect(settingNames()).toEqual(expect.arrayContaining(named.map((name) => name.trim())));
    });
  });

  it('prints the version of the package with --version, and does nothing else', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    for (const [line, outcome] of await runEach(Object.keys(PROGRAMS), '--version')) {
      expect([line, outcome]).toEqual([line, { code: 0, output: `${version}\n`, errors: '' }]);
    }
    expect(readdirSync(dataDirectory)).toEqual(['untouched']);
  });

  it('is refused with an unknown option, before anything is done', async () => {
    for (const [program, outcome] of await runEach(Object.keys(PROGRAMS), '--colour')) {
      const invocation = SERVICES.includes(program) ? 'n.+' : `npm run ${program} --`;
      const errors = expect.stringMatching(
        new RegExp(`^Unknown option '--colour'\nTry: ${invocation} --help\n$`),
      ) as string;
      expect([program, outcome]).toEqual([program, { code: 2, output: '', errors }]);
    }
    expect(readdirSync(dataDirectory)).toEqual(['untouched']);
  });

  it('is refused with an argument where none is taken, before anything is done', async () => {
    for (const [program, outcome] of await runEach(['standalone', 'rebuild'], 'stray')) {
      const errors = expect.stringContaining('--help') as string;
      expect([program, outcome]).toEqual([program, { code: 2, output: '', errors }]);
    }
    expect(readdirSync(dataDirectory)).toEqual(['untouched']);
  });
});
