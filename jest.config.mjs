// Far from UTC, to expose code that reads a time without a zone as local.
process.env.TZ = 'America/St_Johns'

/** Runs on Node 24 by `npm test`, which puts --experimental-vm-modules on the command line and nowhere else. */
export default {
  // Half of the time is spent waiting for child processes: jest's default would leave one of two cores idle.
  maxWorkers: '100%',
  reporters: ['default', '<rootDir>/jest.tally.cjs'],
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  // Those need act: `npm run test:workflows`.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/__tests__/workflows/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': '<rootDir>/jest.transform.cjs',
    '@actions/workflow-parser/dist/.+-schema\\.js$': '<rootDir>/jest.json-imports.cjs',
  },
  transformIgnorePatterns: ['/node_modules/(?!@actions/workflow-parser/)'],
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/.tools/', '<rootDir>/.stryker-tmp/'],
  // Child processes start slowly on a busy machine; the action's own limits are far below this.
  testTimeout: 180_000,
  collectCoverage: true,
  collectCoverageFrom: ['src/**/*.ts'],
  coverageDirectory: 'coverage',
  coverageReporters: ['text', 'lcovonly'],
  coverageThreshold: { global: { branches: 100, functions: 100, lines: 100, statements: 100 } },
}
