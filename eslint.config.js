import tseslint from 'typescript-eslint';

/** Each of these belongs to one library; everyone else goes through its port. */
const OWNED = {
  lmdb: 'libs/event-log',
  kafkajs: 'libs/event-log',
  '@platformatic/kafka': 'libs/event-log',
  '@clickhouse/client': 'libs/store',
  chdb: 'libs/store',
  'chdb/connection': 'libs/store',
  'prom-client': 'libs/telemetry',
  pino: 'libs/telemetry',
  '@opentelemetry/api': 'libs/telemetry',
  '@opentelemetry/core': 'libs/telemetry',
  '@opentelemetry/exporter-trace-otlp-proto': 'libs/telemetry',
  '@opentelemetry/resources': 'libs/telemetry',
  '@opentelemetry/sdk-trace-node': 'libs/telemetry',
};
const LIBRARIES = ['domain', 'event-log', 'store', 'edge', 'telemetry'];
const ADAPTERS = ['event-log', 'store', 'edge', 'telemetry'];

const ownedElsewhere = (library) =>
  Object.entries(OWNED)
    .filter(([, owner]) => owner !== library)
    .map(([name, owner]) => ({ name, message: `${name} is imported in ${owner} only.` }));
const notFrom = (names) =>
  names.map((name) => ({
    group: [`#${name}`, `#${name}/*`],
    message: 'Arrows point from apps to adapters to ports to the domain.',
  }));
const noApps = { group: ['**/apps/**'], message: 'Nothing imports an app.' };

/**
 * The wall clock may jump by seconds or years: whoever needs it takes `wallClock` of #telemetry, which says when something
 * was, and `monotonic` for how long it takes. Files that read the wall clock themselves, and why:
 */
const READ_THE_WALL_CLOCK = [
  'libs/telemetry/src/clock.ts', // The one place of the service.
  'apps/simulator/**/*.ts', // A client on the machine of whoever runs it, of which a service does not depend.
  '**/*.spec.ts', // Tests send events of now.
  '**/*.contract.ts',
  'test/**/*.ts',
];
const READING_THE_CLOCK =
  'Take wallClock (when) or monotonic (how long) of #telemetry: the wall clock may jump.';
const noWallClock = [
  { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: READING_THE_CLOCK },
  { selector: 'MemberExpression[object.name="Date"][property.value="now"]', message: READING_THE_CLOCK },
  { selector: 'VariableDeclarator[init.name="Date"]', message: READING_THE_CLOCK },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: READING_THE_CLOCK },
  { selector: 'CallExpression[callee.name="Date"]', message: READING_THE_CLOCK },
];

const imports = (paths, patterns) => ({ 'no-restricted-imports': ['error', { paths, patterns }] });

export default tseslint.config(
  { ignores: ['dist/**', 'data/**', 'coverage/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'The environment is read in one file of each app.' },
      ],
      'no-restricted-syntax': ['error', ...noWallClock],
      ...imports(ownedElsewhere(undefined), [noApps]),
    },
  },
  { files: READ_THE_WALL_CLOCK, rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['libs/domain/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.arbitrary.ts'],
    rules: imports(
      [],
      [{ regex: '^(?!\\./)', message: 'The domain imports nothing: no framework, no I/O, no clock.' }],
    ),
  },
  ...ADAPTERS.map((library) => ({
    files: [`libs/${library}/**/*.ts`],
    rules: imports(ownedElsewhere(`libs/${library}`), [
      noApps,
      ...notFrom(
        LIBRARIES.filter((other) => other !== library && other !== 'domain' && other !== 'telemetry'),
      ),
    ]),
  })),
  {
    files: [
      'apps/*/src/main.ts',
      'apps/maintenance/src/*.ts',
      '**/*.spec.ts',
      '**/*.arbitrary.ts',
      'test/**/*.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // Composes what the other apps are made of; tests drive everything.
    files: [
      'apps/standalone/**/*.ts',
      'apps/*/src/start-*.ts',
      'apps/maintenance/**/*.ts',
      '**/*.spec.ts',
      'test/**/*.ts',
    ],
    rules: imports(ownedElsewhere(undefined), []),
  },
  {
    files: ['apps/maintenance/**/*.ts', 'apps/standalone/src/projection-*.ts'],
    ignores: ['**/*.spec.ts'],
    rules: imports(
      [
        ...ownedElsewhere(undefined),
        {
          name: '#edge',
          message: 'Nothing is served over HTTP here: #edge/settings or #edge/part-settings will do.',
        },
      ],
      [],
    ),
  },
);
