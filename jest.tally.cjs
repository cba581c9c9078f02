/** One plain line at the end of a run, for whoever reads a log by program: "N passed, N failed, N skipped". */
module.exports = class {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    // A file that could not be run has failed, though no test of it has.
    console.log(
      `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed, ${numPendingTests} skipped`,
    )
  }
}
