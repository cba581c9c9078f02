import base from './jest.config.mjs'

/** Runs the workflow files in a real engine, with `npm run test:workflows`: they need act, which `npm test` does not. */
export default {
  ...base,
  testMatch: ['<rootDir>/__tests__/workflows/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: '<rootDir>/__tests__/workflows/needs-act.mjs',
  collectCoverage: false,
  coverageThreshold: undefined,
  // act starts many processes; the whole suite takes less than this.
  testTimeout: 120_000,
}
