import { createCommand, parseArguments, UsageError } from '#command';

/** How users start the command. */
export const INVOCATION = 'npm run dead-letters --';

export const DEFAULT_URL = 'http://127.0.0.1:8080';

/** Filters as the service's method takes them. */
export type LetterFilter = Readonly<Record<string, string>>;

interface Common {
  readonly json: boolean;
  readonly url: string;
  readonly apiKey: string | undefined;
}

export type DeadLettersCommand = Common &
  (
    | { readonly command: 'list'; readonly filter: LetterFilter; readonly limit: number }
    | { readonly command: 'show'; readonly id: string }
    | { readonly command: 'resend'; readonly id: string; readonly body: string | undefined }
    | { readonly command: 'resend-many'; readonly filter: LetterFilter; readonly yes: boolean }
  );

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws UsageError with the first fault. */
export function parseDeadLettersCommand(
  args: readonly string[],
  environment: Environment,
): DeadLettersCommand {
  const { program, chosen } = commandLine();
  const { options } = parseArguments(program, args);
  const common = {
    json: options.json ?? false,
    url: readUrl(options.url ?? (environment['STATUSLEDGER_URL'] || DEFAULT_URL)),
    apiKey: options.apiKey ?? (environment['STATUSLEDGER_API_KEY'] || undefined),
  };
  return { ...common, ...chosen() };
}

/** What a subcommand adds to the options that all of them have. */
type Chosen = DeadLettersCommand extends infer Each
  ? Each extends Common
    ? Omit<Each, keyof Common>
    : never
  : never;

function commandLine() {
  let chosen: () => Chosen = () => {
    throw new UsageError('say what to do: list, show ID, resend ID or resend');
  };
  const program = createCommand({
    invocation: INVOCATION,
    summary: 'Shows what was not accepted as events and why, and sends it again. Talks to a running service.',
    sections: {
      'Exit codes:': {
        '0': 'done',
        '1': 'the service could not be asked',
        '2': 'the command line is wrong',
        '3': 'some letters were rejected again',
        '130': 'interrupted',
      },
    },
  })
    .option('--json', 'print answers as JSON, one letter or result a line')
    .option('--url <url>', `the service (STATUSLEDGER_URL, or else ${DEFAULT_URL})`)
    .option('--api-key <key>', 'a key of role ops, where the service asks for one (STATUSLEDGER_API_KEY)');
  withFilters(
    program.command('list').description('list letters, newest first, with what was wrong with each'),
  )
    .option('--resent <answer>', 'yes or no: whether they were resent')
    .option('--limit <n>', 'list at most n letters', '50')
    .action((options) => {
      chosen = () => ({ command: 'list', filter: readFilter(options), limit: readLimit(options.limit) });
    });
  program
    .command('show')
    .description('show one letter with its body, what would be right, and what was done about it')
    .argument('<id>', 'the id that list prints')
    .action((id) => {
      chosen = () => ({ command: 'show', id });
    });
  withFilters(
    program
      .command('resend')
      .description(
        'resend one letter as it came or corrected, or all that match the filters and were not resent yet',
      )
      .argument('[id]', 'the id that list prints'),
  )
    .option('--body <file>', 'the corrected event, a JSON object; - is standard input')
    .option('--yes', 'do not ask before resending many')
    .action((id, options) => {
      chosen = () => (id === undefined ? readMany(options) : { command: 'resend', id, body: options.body });
    });
  return { program, chosen: () => chosen() };
}

const FILTERS: readonly (readonly [flags: string, description: string])[] = [
  ['--system <id>', 'of this system'],
  [
    '--reason <reason>',
    'of this reason: malformed, missing_field, invalid_field, repeated_parameter, in_future, too_old, ...',
  ],
  ['--type <type>', 'status or contact'],
  ['--from <time>', 'received at this time or later: 2026-01-31T08:00:00Z, or seconds since the Unix epoch'],
  ['--to <time>', 'received before this time'],
];

/** The filters' values, which the types of commander do not see. */
interface FilterOptions {
  readonly system?: string;
  readonly reason?: string;
  readonly type?: string;
  readonly from?: string;
  readonly to?: string;
  readonly resent?: string | undefined;
}

interface ManyOptions extends FilterOptions {
  readonly body?: string | undefined;
  readonly yes?: true | undefined;
}

function withFilters<Each extends { option(flags: string, description: string): unknown }>(
  command: Each,
): Each {
  for (const [flags, description] of FILTERS) command.option(flags, description);
  return command;
}

function readMany(values: ManyOptions) {
  if (values.body !== undefined) throw new UsageError('--body corrects one letter: say which, resend ID');
  const filter = readFilter(values);
  if (Object.keys(filter).length === 0) {
    throw new UsageError('say which letters: an id, or --system, --reason, --type, --from or --to');
  }
  return {
    command: 'resend-many' as const,
    filter: { ...filter, resent: 'false' },
    yes: values.yes ?? false,
  };
}

function readFilter({ system, reason, type, from, to, resent }: FilterOptions): LetterFilter {
  if (resent !== undefined && resent !== 'yes' && resent !== 'no') {
    throw new UsageError('--resent is yes or no');
  }
  return {
    ...(system === undefined ? {} : { systemId: system }),
    ...(reason === undefined ? {} : { reason }),
    ...(type === undefined ? {} : { type }),
    ...(from === undefined ? {} : { from: readTime('from', from) }),
    ...(to === undefined ? {} : { to: readTime('to', to) }),
    ...(resent === undefined ? {} : { resent: String(resent === 'yes') }),
  };
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** The service takes seconds, or milliseconds of twelve digits and more. */
function readTime(name: string, given: string): string {
  if (/^\d{1,15}$/.test(given)) return given;
  const time = ISO.test(given) ? Date.parse(given) : NaN;
  if (Number.isNaN(time) || time < 0) {
    throw new UsageError(
      `--${name} is a time with a zone, such as 2026-01-31T08:00:00Z, or seconds since 1970`,
    );
  }
  return String(Math.floor(time / 1000));
}

function readLimit(given: string): number {
  if (/^[1-9]\d{0,6}$/.test(given)) return Number(given);
  throw new UsageError('--limit is a number from 1 to 9999999');
}

function readUrl(given: string): string {
  if (/^https?:\/\/[^\s?#]+$/.test(given)) return given.replace(/\/+$/, '');
  throw new UsageError(`--url is an http or https URL, not "${given}"`);
}
