/**
 * Mutation testing (`npm run test:mutation`): changes the pure modules and the gate, one place at a time, and expects a
 * test to fail for each change.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: [
    'src/api/{answer,retry,secrets}.ts',
    'src/gate/{environment,gate,masks,settings,token,verdict}.ts',
    'src/messages/neutralise.ts',
    // The command that proves: at 90 % or more. One folder at a time: `-- --mutate 'src/lint/rules/*.ts'`.
    'src/lint/{checks,closest,decisions,expression,outputs,prove,sites}.ts',
    'src/lint/{rules,shell,simulation}/*.ts',
  ],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: {
    configFile: 'jest.config.mjs',
    config: {
      // All other tests start child processes that run dist/, where a change in src/ has no effect.
      testMatch: [
        '<rootDir>/__tests__/api/{answer,retry,secrets}.test.ts',
        '<rootDir>/__tests__/gate/*.test.ts',
        '<rootDir>/__tests__/messages/*.test.ts',
        '<rootDir>/__tests__/lint/!(files).test.ts',
        '<rootDir>/__tests__/lint/{report,rules,shell,simulation}/*.test.ts',
        '<rootDir>/__tests__/lint/github/{checked,codeowners,facts,needs,repository,unseen}.test.ts',
      ],
    },
  },
  coverageAnalysis: 'perTest',
  // No such file: Stryker would read tsconfig.json with a library that TypeScript 7 no longer has (stryker-js issue 6110).
  tsconfigFile: 'none',
  plugins: ['@stryker-mutator/jest-runner'],
  ignorePatterns: ['dist', 'build', 'coverage', 'reports', 'tools'],
  concurrency: 2,
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 98, low: 95, break: 95 },
  tempDirName: '.stryker-tmp',
  allowEmpty: false,
}
