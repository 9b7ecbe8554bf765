export default {
  testMatch: ['<rootDir>/specs/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.client/'],
  testEnvironment: '<rootDir>/specs/harness/isolated-environment.mjs',
  setupFilesAfterEnv: ['<rootDir>/specs/harness/jest-setup.ts'],
  globalSetup: '<rootDir>/specs/harness/global-setup.mjs',
  globalTeardown: '<rootDir>/specs/harness/global-teardown.mjs',
  maxWorkers: 2,
  // A limit for what hangs, not a measure: a busy machine may take long over anything.
  testTimeout: 60_000,
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};
