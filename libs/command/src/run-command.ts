import { UsageError } from './command-error.js';
import { ExitCode } from './exit-code.js';
import { explainError } from './explain-error.js';
import { Interruption } from './interruption.js';
import { InformationRequested } from './parse-arguments.js';

export interface CommandRun<Options> {
  /** How users start it, such as `npm run audit --`. */
  readonly invocation: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Reads the command line, before anything is opened. @throws UsageError, InformationRequested */
  parse(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Options;
  /** Does the work. @returns the exit code; `done` if it returns nothing. */
  run(options: Options, interruption: Interruption): Promise<ExitCode | void>;
  /** The exit code of a failure; `failed` unless that means something else to users of this command. */
  readonly failureCode?: ExitCode;
  /** What users of this command can do about errors, by the name of the error. */
  readonly advice?: Readonly<Record<string, string>>;
}

/** Runs a command as the whole work of this process, and ends the process if it fails. */
export async function runCommand<Options>({
  invocation,
  environment,
  parse,
  run,
  failureCode = ExitCode.failed,
  advice,
}: CommandRun<Options>): Promise<void> {
  const interruption = Interruption.ofProcess();
  try {
    const code = await run(parse(process.argv.slice(2), environment), interruption);
    process.exitCode = code ?? ExitCode.done;
  } catch (error) {
    if (interruption.isCauseOf(error)) interruption.conclude();
    else endWith(error, { invocation, failureCode, advice });
  }
}

type Failing = Pick<CommandRun<never>, 'invocation' | 'failureCode'> & {
  readonly advice?: CommandRun<never>['advice'] | undefined;
};

/** Prints what a program failed with, or the information that it was asked for, and ends the process. */
export function endWith(
  error: unknown,
  { invocation, failureCode = ExitCode.failed, advice = {} }: Failing,
): void {
  if (error instanceof InformationRequested) return end(process.stdout, error.text, ExitCode.done);
  if (error instanceof UsageError) {
    return end(process.stderr, `${error.message}\nTry: ${invocation} --help\n`, ExitCode.usage);
  }
  end(process.stderr, `${explainError(error, advice)}\n`, failureCode);
}

/** What is still open, a connection for instance, does not keep the process. */
function end(stream: NodeJS.WritableStream, text: string, code: ExitCode): void {
  stream.write(text, () => process.exit(code));
}
