import { KEY_NAME, MAX_KEY_NAME_LENGTH, type ApiKey } from './api-key.js';
import { ROLES, type Role } from './route-access.js';

export const MAX_KEYS = 1_000;
export const MAX_SYSTEMS_OF_KEY = 100;
/** In code points, like all lengths of texts. */
export const MAX_SYSTEM_ID_LENGTH = 256;

/** A key in the file; see `docs/operations.md`. */
export interface KeyEntry {
  readonly name: string;
  /** SHA-256 of the key, in hexadecimal digits. */
  readonly sha256: string;
  readonly roles: readonly Role[];
  readonly systems?: readonly string[];
}

/** All faults of a key file, one line each. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';

  constructor(readonly faults: readonly string[]) {
    super(`the keys are not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/**
 * Reads `{"keys": [{"name", "sha256", "roles", "systems"?}, …]}`.
 *
 * @throws KeyFileError with all faults.
 */
export function parseKeyEntries(text: string): readonly KeyEntry[] {
  const keys = membersOf(parseJson(text))['keys'];
  if (!Array.isArray(keys)) throw new KeyFileError(['it has no list "keys"']);
  if (keys.length > MAX_KEYS) throw new KeyFileError([`it has more than ${MAX_KEYS} keys`]);
  const faults = [...keys.flatMap(faultsOfEntry), ...repeatedNames(keys)];
  if (faults.length > 0) throw new KeyFileError(faults);
  return keys as KeyEntry[];
}

export function apiKeyOf({ name, sha256, roles, systems }: KeyEntry): ApiKey {
  const key = { name, digest: Buffer.from(sha256, 'hex'), roles: new Set(roles) };
  return systems === undefined ? key : { ...key, systems: [...new Set(systems)] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The message of JSON.parse would quote the file.
    throw new KeyFileError(['it is not JSON']);
  }
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function faultsOfEntry(entry: unknown, index: number): string[] {
  const { name, sha256, roles, systems, ...unknown } = membersOf(entry);
  const fault = (isRight: boolean, text: string) => (isRight ? [] : [`keys[${index}]: ${text}`]);
  return [
    ...fault(
      isMatch(name, KEY_NAME),
      `name must be 1 to ${MAX_KEY_NAME_LENGTH} letters, digits, "_" and "-"`,
    ),
    ...fault(isMatch(sha256, /^[0-9a-f]{64}$/), 'sha256 must be 64 hexadecimal digits'),
    ...fault(isListOf(roles, ROLES.length, isRole), `roles must be a list of ${ROLES.join(', ')}`),
    ...fault(
      systems === undefined || isListOf(systems, MAX_SYSTEMS_OF_KEY, isSystemId),
      `systems must be a list of 1 to ${MAX_SYSTEMS_OF_KEY} ids of at most ${MAX_SYSTEM_ID_LENGTH} characters, or left out for all systems`,
    ),
    ...Object.keys(unknown).flatMap((member) => fault(false, `unknown member ${JSON.stringify(member)}`)),
  ];
}

function repeatedNames(entries: readonly unknown[]): string[] {
  const names = entries.map((entry) => membersOf(entry)['name']);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated]
    .filter((name) => isMatch(name, KEY_NAME))
    .map((name) => `the name ${String(name)} occurs twice`);
}

function isMatch(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}

function isListOf(value: unknown, maxLength: number, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= maxLength && value.every(isItem);
}

function isRole(value: unknown): boolean {
  return (ROLES as readonly unknown[]).includes(value);
}

function isSystemId(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.trim() === value &&
    value !== '' &&
    [...value].length <= MAX_SYSTEM_ID_LENGTH
  );
}
