/** Tests run from the sources: the `otklik-source` export condition leads to src/index.ts, so no build is needed. */
const isDeepRun = process.env.OTKLIK_DEEP === '1';

export default {
  testMatch: ['<rootDir>/{apps,packages}/*/src/**/*.test.ts', '<rootDir>/bench/src/**/*.test.ts', '<rootDir>/tests/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', ...(isDeepRun ? [] : ['\\.deep\\.test\\.ts$'])],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/dist-bundle'],
  extensionsToTreatAsEsm: ['.ts'],
  globalSetup: '<rootDir>/packages/testing/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/packages/testing/jest/global-teardown.mjs',
  testEnvironment: '<rootDir>/packages/testing/jest/environment.mjs',
  testEnvironmentOptions: { customExportConditions: ['otklik-source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  testTimeout: isDeepRun ? 600_000 : 60_000,
};
