import { ExitCode, runCommand, type Interruption } from '#command';
import { INVOCATION, parseOptions, type SimulatorOptions } from './options.js';
import { streamOutput } from './output.js';
import { repetition, reportLines, simulate } from './simulate.js';

async function run(options: SimulatorOptions, interruption: Interruption): Promise<ExitCode> {
  interruption.advice = () => `To repeat this run from its beginning: ${repetition(options)}`;
  const output = streamOutput(options.json ? process.stderr : process.stdout);
  const report = await simulate(options, output);
  for (const line of reportLines(report, options)) output.line(line);
  if (options.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return report.equal ? ExitCode.done : ExitCode.failed;
}

await runCommand({
  invocation: INVOCATION,
  environment: process.env,
  parse: (args, environment) => parseOptions(args, Date.now(), environment),
  run,
});
