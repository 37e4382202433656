/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
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
  globalSetup: '<rootDir>/test/support/jest/kafka-setup.js',
  reporters: ['default', '<rootDir>/test/support/jest/closing-line-reporter.js'],
  testTimeout: 120_000,
  maxWorkers: 2,
};
