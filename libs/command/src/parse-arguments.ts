import { CommanderError, type Command, type OptionValues } from '@commander-js/extra-typings';
import { serviceVersion } from '#telemetry';
import { UsageError } from './command-error.js';

/** Thrown for `--help` and `--version`: the program prints the text and does nothing else. */
export class InformationRequested extends Error {
  override readonly name = 'InformationRequested';

  constructor(readonly text: string) {
    super('the command line asks for information only');
  }
}

/** Any command, whatever its arguments and options. */
type AnyCommand = Pick<Command, 'options' | 'args' | 'registeredArguments'> & {
  readonly commands: readonly AnyCommand[];
};

/**
 * Reads a command line, which does not include the runtime and the script.
 *
 * @throws UsageError for unknown options, missing values and excess arguments; {@link InformationRequested}.
 */
// The types of commander demand `any` here.
export function parseArguments<Arguments extends any[], Options extends OptionValues>( // eslint-disable-line @typescript-eslint/no-explicit-any
  command: Command<Arguments, Options>,
  args: readonly string[],
): { readonly options: Options; readonly operands: Arguments } {
  refuseSwallowedOptions(command as unknown as AnyCommand, args);
  let printed = '';
  prepare(command as unknown as Command, (text) => (printed += text));
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.excessArguments') throw excess(command as unknown as AnyCommand);
    throw asOurs(error, printed);
  }
  return { options: command.opts(), operands: command.processedArgs };
}

/** Subcommands are defined by now, and do not take over what the program's command is set to do. */
function prepare(command: Command, print: (text: string) => void): void {
  command.optionsGroup('Options:');
  command.version(serviceVersion(), '--version', 'print the version');
  for (const each of [command, ...command.commands] as Command[]) {
    each
      .exitOverride()
      .allowExcessArguments(false)
      .configureOutput({ writeOut: print, writeErr: () => undefined, outputError: () => undefined });
  }
}

const INFORMATION = ['commander.helpDisplayed', 'commander.help', 'commander.version'];

function asOurs({ code, message, exitCode }: CommanderError, printed: string): Error {
  if (INFORMATION.includes(code) && exitCode === 0) return new InformationRequested(printed);
  if (code === 'commander.help') return new UsageError('Say what to do.');
  const text = message.replace(/^error: /, '');
  return new UsageError(text.charAt(0).toUpperCase() + text.slice(1));
}

/** Commander counts excess arguments without naming them. */
function excess(command: AnyCommand): UsageError {
  const extra = [...command.commands, command].flatMap(({ args, registeredArguments }) =>
    args.slice(registeredArguments.length),
  );
  return new UsageError(`Unexpected argument '${extra[0]}'`);
}

/** Where a value was forgotten, commander would take the option that follows for it. */
function refuseSwallowedOptions(command: AnyCommand, args: readonly string[]): void {
  const options = [command, ...command.commands].flatMap((each) => each.options);
  const end = args.indexOf('--');
  for (const [at, arg] of args.slice(0, end === -1 ? undefined : end).entries()) {
    const needsValue = options.some(({ long, required }) => long === arg && required);
    const next = args[at + 1];
    if (!needsValue || next === undefined || !/^-./.test(next)) continue;
    throw new UsageError(`${arg} needs a value; write ${arg}=${next} if that is the value`);
  }
}
