import { createCommand, parseArguments, UsageError } from '#command';
import { KEY_NAME, MAX_KEY_NAME_LENGTH, ROLES, type Role } from '#edge/settings';

/** How users start the command. */
export const INVOCATION = 'npm run api-key --';

/** What to do with the file of keys. */
export type KeyCommand =
  | { readonly do: 'list'; readonly file: string }
  | { readonly do: 'revoke'; readonly file: string; readonly name: string }
  | {
      readonly do: 'make';
      readonly file: string;
      readonly name: string;
      readonly roles: readonly Role[];
      readonly systems: readonly string[] | undefined;
    };

/** @throws UsageError */
export function parseKeyCommand(args: readonly string[], defaultFile: string): KeyCommand {
  const { options } = parseArguments(commandLine(), args);
  const file = options.file ?? defaultFile;
  if (options.list) return { do: 'list', file };
  if (options.revoke !== undefined) return { do: 'revoke', file, name: options.revoke };
  const { name = '' } = options;
  if (!KEY_NAME.test(name)) {
    throw new UsageError(`--name must be 1 to ${MAX_KEY_NAME_LENGTH} letters, digits, "_" and "-"`);
  }
  const systems = options.system === undefined ? undefined : itemsOf(options.system);
  if (systems?.length === 0) throw new UsageError('--system must name a system, or be left out for all');
  return { do: 'make', file, name, roles: rolesOf(options.role ?? []), systems };
}

const repeated = (value: string, others: readonly string[] | undefined) => [...(others ?? []), value];

function commandLine() {
  return createCommand({
    invocation: INVOCATION,
    summary: `
Makes an API key, prints it once on standard output, and adds its hash to the file of keys. A running service accepts it
within seconds.`,
    sections: {
      'Examples:': {
        'npm run api-key -- --name chat-1 --role ingest': 'make a key',
        'npm run api-key -- --list': 'list the keys',
        'npm run api-key -- --revoke chat-1': 'remove a key',
      },
      'Exit codes:': { '0': 'done', '1': 'failed', '2': 'the command line is wrong', '130': 'interrupted' },
    },
  })
    .option(
      '--name <name>',
      `what to call the key: letters, digits, "_" and "-", ${MAX_KEY_NAME_LENGTH} at most`,
    )
    .option('--role <roles>', `what it may do: ${ROLES.join(', ')}; separate several by commas`, repeated)
    .option(
      '--system <ids>',
      'the systems that it may speak for, separated by commas; all if left out',
      repeated,
    )
    .option('--file <file>', 'the file of keys (API_KEYS_FILE, or else keys.json)')
    .option('--list', 'list the keys')
    .option('--revoke <name>', 'remove a key');
}

function rolesOf(given: readonly string[]): readonly Role[] {
  const roles = itemsOf(given);
  const isRole = (role: string): role is Role => (ROLES as readonly string[]).includes(role);
  if (roles.length > 0 && roles.every(isRole)) return roles;
  throw new UsageError(`--role must be one or more of ${ROLES.join(', ')}`);
}

function itemsOf(given: readonly string[]): string[] {
  const items = given.flatMap((text) => text.split(',')).map((item) => item.trim());
  return [...new Set(items)].filter((item) => item !== '');
}
