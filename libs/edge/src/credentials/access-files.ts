import { createSecureContext } from 'node:tls';
import type { Settings } from '../settings.js';
import { SettingsError } from '../settings.js';
import { KeyRing } from './api-key.js';
import { readFiles } from './followed-files.js';
import { apiKeyOf, KeyFileError, parseKeyEntries } from './parse-key-file.js';

/** A certificate and its private key, in PEM. */
export interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** Files that decide on who gets in, read and found to be of use; with their contents, to see whether they change. */
export interface AccessFiles {
  readonly keys?: { readonly path: string; readonly contents: Buffer[]; readonly ring: KeyRing };
  readonly tls?: {
    readonly paths: readonly [string, string];
    readonly contents: Buffer[];
    readonly pair: TlsPair;
  };
}

/** @throws SettingsError with every fault of all the files. */
export function readAccessFiles({ API_KEYS_FILE, TLS_CERT_FILE, TLS_KEY_FILE }: Settings): AccessFiles {
  const faults: string[] = [];
  const attempt = <T>(read: () => T): T | undefined => {
    try {
      return read();
    } catch (error) {
      faults.push(...(error as SettingsError).faults);
      return undefined;
    }
  };
  const keys = API_KEYS_FILE === undefined ? undefined : attempt(() => readKeys(API_KEYS_FILE));
  const tls =
    TLS_CERT_FILE === undefined || TLS_KEY_FILE === undefined
      ? undefined
      : attempt(() => readTls(TLS_CERT_FILE, TLS_KEY_FILE));
  if (faults.length > 0) throw new SettingsError(faults);
  return { ...(keys === undefined ? {} : { keys }), ...(tls === undefined ? {} : { tls }) };
}

/** @throws KeyFileError */
export function keyRingOf([content]: readonly Buffer[]): KeyRing {
  return new KeyRing(parseKeyEntries(content!.toString()).map(apiKeyOf));
}

/** @throws if the certificate and the key are not a pair. */
export function tlsPairOf([cert, key]: readonly Buffer[]): TlsPair {
  const pair = { cert: cert!, key: key! };
  createSecureContext(pair);
  return pair;
}

function readKeys(path: string) {
  const contents = readOne('API_KEYS_FILE', path, 'make keys with npm run api-key, which writes it');
  try {
    return { path, contents, ring: keyRingOf(contents) };
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    throw new SettingsError(error.faults.map((fault) => `API_KEYS_FILE ${path}: ${fault}`));
  }
}

function readTls(certPath: string, keyPath: string) {
  const advice = 'name a PEM file that this user can read';
  const contents = [
    ...readOne('TLS_CERT_FILE', certPath, advice),
    ...readOne('TLS_KEY_FILE', keyPath, advice),
  ];
  try {
    return { paths: [certPath, keyPath] as const, contents, pair: tlsPairOf(contents) };
  } catch (error) {
    throw new SettingsError([
      `TLS_CERT_FILE ${certPath} and TLS_KEY_FILE ${keyPath} are not a certificate and its key in PEM (${(error as Error).message}): name the two that were issued together`,
    ]);
  }
}

function readOne(name: string, path: string, advice: string): Buffer[] {
  try {
    return readFiles([path]);
  } catch (error) {
    throw new SettingsError([
      `${name} ${path} cannot be read (${(error as NodeJS.ErrnoException).code}): ${advice}`,
    ]);
  }
}
