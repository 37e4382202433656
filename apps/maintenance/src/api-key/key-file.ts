import { readFileSync } from 'node:fs';
import { digestOf, KeyFileError, newKey, parseKeyEntries, type KeyEntry, type Role } from '#edge/settings';
import { replaceFile } from './locked-file.js';

/** The keys of a file; none if there is no file. @throws KeyFileError */
export function keysIn(file: string): readonly KeyEntry[] {
  try {
    return parseKeyEntries(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export interface WantedKey {
  readonly name: string;
  readonly roles: readonly Role[];
  readonly systems: readonly string[] | undefined;
}

/** Makes a key and adds its hash. @returns the key, which is kept nowhere. @throws KeyFileError, FileLockedError */
export function addKey(file: string, { name, roles, systems }: WantedKey): Promise<string> {
  const key = newKey(name);
  const sha256 = digestOf(key).toString('hex');
  return changeKeys(file, key, (keys) => {
    if (keys.some((other) => other.name === name)) {
      throw new KeyFileError([`${name} is there already: choose another name, or revoke it first`]);
    }
    return [...keys, { name, sha256, roles, ...(systems === undefined ? {} : { systems }) }];
  });
}

/** @throws KeyFileError if there is no such key; FileLockedError */
export function revokeKey(file: string, name: string): Promise<void> {
  return changeKeys(file, undefined, (keys) => {
    const others = keys.filter((key) => key.name !== name);
    if (others.length < keys.length) return others;
    throw new KeyFileError([`there is no key ${name} in ${file}: list the keys with --list`]);
  });
}

/** Commands that run at once take turns: each starts from the keys that the one before wrote. */
function changeKeys<Result>(
  file: string,
  result: Result,
  change: (keys: readonly KeyEntry[]) => readonly KeyEntry[],
): Promise<Result> {
  return replaceFile(file, (before) => {
    const keys = change(before === undefined ? [] : parseKeyEntries(before));
    const text = `${JSON.stringify({ keys }, null, 2)}\n`;
    parseKeyEntries(text);
    return { text, result };
  });
}
