/** Ends the output with one line for scripts: `N passed, N failed`, with `, N skipped` if any. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failedSuites = results.testResults.filter(
      ({ testExecError }) => testExecError !== undefined,
    ).length;
    const failed = results.numFailedTests + failedSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped}`;
    // The runner prints its own summary after all reporters.
    process.once('exit', () => process.stdout.write(`\n${line}\n`));
  }
}
