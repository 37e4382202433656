import { relative } from 'node:path';

const SHOWN = 10;

/** Lists the suites that took longest, so that a slow one is noticed while it is new. */
export default class SlowestSuitesReporter {
  onRunComplete(_contexts, { testResults }) {
    const suites = testResults
      .map(({ testFilePath, perfStats }) => ({
        name: relative(process.cwd(), testFilePath),
        seconds: (perfStats.end - perfStats.start) / 1000,
      }))
      .sort((a, b) => b.seconds - a.seconds);
    if (suites.length <= SHOWN) return;
    const total = suites.reduce((sum, { seconds }) => sum + seconds, 0);
    const lines = suites
      .slice(0, SHOWN)
      .map(({ name, seconds }) => `${seconds.toFixed(0).padStart(6)} s  ${name}`);
    // The runner prints its own summary after all reporters.
    process.once('exit', () =>
      process.stdout.write(
        `\nThe ${SHOWN} slowest of ${suites.length} suites (${total.toFixed(0)} s in all):\n${lines.join('\n')}\n`,
      ),
    );
  }
}
