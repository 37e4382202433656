import { parseArgs } from 'node:util';
import { UsageError } from '../import/import-options.js';

export { UsageError };

export const DEFAULT_URL = 'http://127.0.0.1:8080';

export const USAGE = `Usage: npm run dead-letters -- COMMAND [options]

Shows what was not accepted as events and why, and sends it again; talks to a running service.

  list               the letters, newest first, with what was wrong with each
  show ID            one letter with its body, what would be right, and what was done about it
  resend ID          sends one again as it came, or corrected with --body
  resend             sends all again that match the filters and were not yet resent

Filters of list and resend:
  --system ID        those of one system
  --reason REASON    those of one reason: malformed, missing_field, invalid_field, repeated_parameter, in_future, too_old, ...
  --type TYPE        status or contact
  --from TIME        received at this time or later: 2026-01-31T08:00:00Z, or seconds since the Unix epoch
  --to TIME          received before this time
  --resent yes|no    list only: whether they were resent

  --body FILE        the corrected event, a JSON object; - is standard input
  --limit N          list at most so many (50)
  --yes              do not ask before resending many
  --json             print answers as JSON, one letter or result a line
  --url URL          the service (${DEFAULT_URL}, or STATUSLEDGER_URL)
  --api-key KEY      sent as Authorization: Bearer, where the service asks for credentials (or STATUSLEDGER_API_KEY)
  --help             this text

Exits with 0 if all went well, 3 if some letters were rejected again, 1 if the service could not be asked, 2 on bad options.
`;

const OPTIONS = {
  system: { type: 'string' },
  reason: { type: 'string' },
  type: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  resent: { type: 'string' },
  body: { type: 'string' },
  limit: { type: 'string', default: '50' },
  yes: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  url: { type: 'string' },
  'api-key': { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

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

/** @throws UsageError with all that is wrong with the first thing that is. */
export function parseCommand(args: readonly string[], environment: Environment): DeadLettersCommand | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [command, id, ...surplus] = positionals;
  if (surplus.length > 0) throw new UsageError(`${surplus.join(' ')} is too much: one id at a time`);
  const common = {
    json: values.json,
    url: readUrl(values.url ?? (environment['STATUSLEDGER_URL'] || DEFAULT_URL)),
    apiKey: values['api-key'] ?? (environment['STATUSLEDGER_API_KEY'] || undefined),
  };
  if (command === 'list' && id === undefined) {
    return { ...common, command, filter: readFilter(values), limit: readLimit(values.limit) };
  }
  if (command === 'show' && id !== undefined) return { ...common, command, id };
  if (command === 'resend' && id !== undefined) return { ...common, command, id, body: values.body };
  if (command === 'resend') return { ...common, ...readMany(values) };
  throw new UsageError(
    command === 'show' ? 'say which letter: show ID' : 'say what to do: list, show ID, resend ID or resend',
  );
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

type Values = ReturnType<typeof parse>['values'];

function readMany(values: Values) {
  if (values.body !== undefined) throw new UsageError('--body corrects one letter: say which, resend ID');
  if (values.resent !== undefined) throw new UsageError('--resent is for list: only what was not resent is');
  const filter = readFilter(values);
  if (Object.keys(filter).length === 0) {
    throw new UsageError('say which letters: an id, or --system, --reason, --type, --from or --to');
  }
  return { command: 'resend-many' as const, filter: { ...filter, resent: 'false' }, yes: values.yes };
}

function readFilter(values: Values): LetterFilter {
  const { system, reason, type, from, to, resent } = values;
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
