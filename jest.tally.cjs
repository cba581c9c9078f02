/** One plain line at the end of a run, for programs that read a log: "N passed, N failed, N skipped". */
module.exports = class {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    // A file that could not be run counts as failed, although none of its tests has failed.
    console.log(
      `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed, ${numPendingTests} skipped`,
    )
  }
}
