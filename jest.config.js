/** What every lane has in common. */
const shared = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  moduleNameMapper: {
    '^#edge/part-settings$': '<rootDir>/libs/edge/src/settings/part-settings.ts',
    '^#edge/settings$': '<rootDir>/libs/edge/src/settings/settings-entry.ts',
    '^#ingestion/http$': '<rootDir>/libs/ingestion/src/http/index.ts',
    '^#service/(.+)$': '<rootDir>/libs/service/src/$1.ts',
    '^#([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
      },
    ],
  },
};

const kafka = { globalSetup: '<rootDir>/test/support/jest/kafka-setup.js' };

/**
 * The lanes: `unit` is pure and runs in under a minute; `int` has a real engine or broker within the process's reach; `e2e`
 * drives built programs from outside; `chaos` breaks them, and simulates what cannot be broken at will.
 *
 * @type {import('jest').Config}
 */
export default {
  projects: [
    { displayName: 'unit', testMatch: ['<rootDir>/{apps,libs}/**/!(*.int).spec.ts'] },
    { displayName: 'int', testMatch: ['<rootDir>/{apps,libs}/**/*.int.spec.ts'], ...kafka },
    { displayName: 'e2e', testMatch: ['<rootDir>/test/{e2e,deploy,lint,bench}/**/*.spec.ts'], ...kafka },
    { displayName: 'chaos', testMatch: ['<rootDir>/test/{chaos,simulation}/**/*.spec.ts'], ...kafka },
  ].map((lane) => ({ ...shared, ...lane })),
  testSequencer: './test/support/jest/sequencer.js',
  reporters: [
    'default',
    '<rootDir>/test/support/jest/slowest-suites-reporter.js',
    '<rootDir>/test/support/jest/closing-line-reporter.js',
  ],
  testTimeout: 120_000,
  maxWorkers: 2,
};
