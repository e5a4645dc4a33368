export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/support/esbuild-transform.mjs' },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/cdk.out/', '<rootDir>/.slugline/'],
  // The emulators, the bundles and the synthesized templates are made once for all test files.
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  // Bounds for a busy machine, not waits: nothing sleeps for them.
  testTimeout: 60_000,
  maxWorkers: 2,
  // ESM in jest's contexts is never freed; a worker that has grown is replaced.
  workerIdleMemoryLimit: '1GB',
};
