import { parseArgs } from 'node:util';
import { KEY_NAME, MAX_KEY_NAME_LENGTH, ROLES, type Role } from '#edge/settings';

export const USAGE = `Usage: npm run api-key -- --name NAME --role ROLE[,ROLE...] [--system ID[,ID...]] [--file FILE]
       npm run api-key -- --list [--file FILE]
       npm run api-key -- --revoke NAME [--file FILE]

Makes a key, prints it once on stdout, and adds its hash to the file; a service that runs takes it within seconds.

  --name NAME     what the key is called: letters, digits, "_" and "-", ${MAX_KEY_NAME_LENGTH} at most
  --role ROLE     what it is good for: ${ROLES.join(', ')}; several separated by commas
  --system ID     the systems that it may speak for, separated by commas; without it, all
  --file FILE     the file of keys                                      (API_KEYS_FILE, else keys.json)
  --list          tells of the keys that there are
  --revoke NAME   removes a key
  --help          this text
`;

/** What is to be done with the file of keys. */
export type KeyCommand =
  | { readonly do: 'help' }
  | { readonly do: 'list'; readonly file: string }
  | { readonly do: 'revoke'; readonly file: string; readonly name: string }
  | {
      readonly do: 'make';
      readonly file: string;
      readonly name: string;
      readonly roles: readonly Role[];
      readonly systems: readonly string[] | undefined;
    };

/** Thrown for options that cannot be understood; the message says what to do. */
export class KeyUsageError extends Error {
  override readonly name = 'KeyUsageError';
}

const OPTIONS = {
  name: { type: 'string' },
  role: { type: 'string', multiple: true },
  system: { type: 'string', multiple: true },
  file: { type: 'string' },
  list: { type: 'boolean' },
  revoke: { type: 'string' },
  help: { type: 'boolean' },
} as const;

/** @throws KeyUsageError */
export function parseKeyCommand(args: readonly string[], defaultFile: string): KeyCommand {
  const values = valuesOf(args);
  const file = values.file ?? defaultFile;
  if (values.help) return { do: 'help' };
  if (values.list) return { do: 'list', file };
  if (values.revoke !== undefined) return { do: 'revoke', file, name: values.revoke };
  const { name = '' } = values;
  if (!KEY_NAME.test(name)) {
    throw new KeyUsageError(`--name must be 1 to ${MAX_KEY_NAME_LENGTH} letters, digits, "_" and "-"`);
  }
  const systems = values.system === undefined ? undefined : itemsOf(values.system);
  if (systems?.length === 0) throw new KeyUsageError('--system must name a system, or be left out for all');
  return { do: 'make', file, name, roles: rolesOf(values.role ?? []), systems };
}

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new KeyUsageError((error as Error).message);
  }
}

function rolesOf(given: readonly string[]): readonly Role[] {
  const roles = itemsOf(given);
  const isRole = (role: string): role is Role => (ROLES as readonly string[]).includes(role);
  if (roles.length > 0 && roles.every(isRole)) return roles;
  throw new KeyUsageError(`--role must be one or more of ${ROLES.join(', ')}`);
}

function itemsOf(given: readonly string[]): string[] {
  const items = given.flatMap((text) => text.split(',')).map((item) => item.trim());
  return [...new Set(items)].filter((item) => item !== '');
}
