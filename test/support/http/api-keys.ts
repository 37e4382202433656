import { writeFileSync } from 'node:fs';
import { digestOf, newKey, type Role } from '#edge';

export interface KeySpec {
  readonly roles: readonly Role[];
  readonly systems?: readonly string[];
}

/** Creates keys with the given names and writes their file. @returns the keys. */
export function writeKeys<Name extends string>(
  file: string,
  specs: Readonly<Record<Name, KeySpec>>,
): Record<Name, string> {
  const made = Object.entries<KeySpec>(specs).map(([name, spec]) => ({ name, key: newKey(name), spec }));
  const keys = made.map(({ name, key, spec }) => ({ name, sha256: digestOf(key).toString('hex'), ...spec }));
  writeFileSync(file, JSON.stringify({ keys }));
  return Object.fromEntries(made.map(({ name, key }) => [name, key])) as Record<Name, string>;
}
