import tseslint from 'typescript-eslint';

// Who may import whom is checked by dependency-cruiser: .dependency-cruiser.cjs has the tiers.

/**
 * The wall clock may jump by seconds or years. Code takes `wallClock` of #telemetry for when something was, and
 * `monotonic` for how long it takes. Files that read the wall clock themselves, and why:
 */
const READ_THE_WALL_CLOCK = [
  'libs/telemetry/src/clock.ts', // The one place of the service.
  'apps/simulator/**/*.ts', // A client program, which no service depends on.
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
    },
  },
  { files: READ_THE_WALL_CLOCK, rules: { 'no-restricted-syntax': 'off' } },
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
);
