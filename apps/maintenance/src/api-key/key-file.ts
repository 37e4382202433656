import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { digestOf, KeyFileError, newKey, parseKeyEntries, type KeyEntry, type Role } from '#edge/settings';

const OWNER_ONLY = 0o600;

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

/** Makes a key and adds its hash. @returns the key, which is kept nowhere. @throws KeyFileError */
export function addKey(file: string, { name, roles, systems }: WantedKey): string {
  const keys = keysIn(file);
  if (keys.some((key) => key.name === name)) {
    throw new KeyFileError([`${name} is there already: choose another name, or revoke it first`]);
  }
  const key = newKey(name);
  const sha256 = digestOf(key).toString('hex');
  write(file, [...keys, { name, sha256, roles, ...(systems === undefined ? {} : { systems }) }]);
  return key;
}

/** @throws KeyFileError if there is no such key. */
export function revokeKey(file: string, name: string): void {
  const keys = keysIn(file);
  const others = keys.filter((key) => key.name !== name);
  if (others.length === keys.length) {
    throw new KeyFileError([`there is no key ${name} in ${file}: --list tells which there are`]);
  }
  write(file, others);
}

/** Whoever reads the file finds the old one or the new one. */
function write(file: string, keys: readonly KeyEntry[]): void {
  const text = `${JSON.stringify({ keys }, null, 2)}\n`;
  parseKeyEntries(text);
  const draft = `${file}.${process.pid}.new`;
  const descriptor = openSync(draft, 'w', OWNER_ONLY);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(draft, file);
}
