import { parseOptions, USAGE, UsageError } from './options.js';
import { streamOutput } from './output.js';
import { RequestFailure } from './sending/retrying.js';
import { reportLines, simulate } from './simulate.js';

const EXIT_EQUAL = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

async function run(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, Date.now(), process.env);
  if (options === 'help') {
    process.stdout.write(USAGE);
    return EXIT_EQUAL;
  }
  const output = streamOutput(options.json ? process.stderr : process.stdout);
  const report = await simulate(options, output);
  for (const line of reportLines(report, options)) output.line(line);
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return report.equal ? EXIT_EQUAL : EXIT_FAILED;
}

function failure(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\nTry: npm run simulate -- --help\n`);
    return EXIT_USAGE;
  }
  process.stderr.write(
    error instanceof RequestFailure ? `${error.message}\n` : `${String((error as Error).stack)}\n`,
  );
  return EXIT_FAILED;
}

process.exitCode = await run(process.argv.slice(2)).catch(failure);
