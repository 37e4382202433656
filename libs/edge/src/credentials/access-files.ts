import { createSecureContext } from 'node:tls';
import { readSettings } from '../settings/read-settings.js';
import type { Settings } from '../settings/settings.js';
import { FaultCollection, SettingsError } from '../settings/settings-error.js';
import { KeyRing } from './api-key.js';
import { readFiles } from './followed-files.js';
import { apiKeyOf, KeyFileError, parseKeyEntries } from './parse-key-file.js';

/** A certificate and its private key, in PEM. */
export interface TlsPair {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** The files of keys and certificates, read and validated, with their contents to compare later ones with. */
export interface AccessFiles {
  readonly keys?: { readonly path: string; readonly contents: Buffer[]; readonly ring: KeyRing };
  readonly tls?: {
    readonly paths: readonly [string, string];
    readonly contents: Buffer[];
    readonly pair: TlsPair;
  };
}

type AccessSettings = Pick<Settings, 'API_KEYS_FILE' | 'TLS_CERT_FILE' | 'TLS_KEY_FILE'>;

/** @throws SettingsError with all faults of all files. */
export function readAccessFiles({ API_KEYS_FILE, TLS_CERT_FILE, TLS_KEY_FILE }: AccessSettings): AccessFiles {
  const faults = new FaultCollection();
  const keys = API_KEYS_FILE ? faults.attempt(() => readKeys(API_KEYS_FILE)) : undefined;
  const tls =
    TLS_CERT_FILE && TLS_KEY_FILE ? faults.attempt(() => readTls(TLS_CERT_FILE, TLS_KEY_FILE)) : undefined;
  faults.throwIfAny();
  return { ...(keys === undefined ? {} : { keys }), ...(tls === undefined ? {} : { tls }) };
}

/**
 * Reads the settings of a service, and validates the files that they name.
 *
 * @throws SettingsError with all faults of the variables and of the files.
 */
export function readServiceSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const faults = new FaultCollection();
  const settings = faults.attempt(() => readSettings(environment));
  faults.attempt(() => readAccessFiles(environment));
  faults.throwIfAny();
  return settings!;
}

/** @throws KeyFileError */
export function keyRingOf([content]: readonly Buffer[]): KeyRing {
  return new KeyRing(parseKeyEntries(content!.toString()).map(apiKeyOf));
}

/** @throws Node's error if the certificate and the key are not a pair. */
export function tlsPairOf([cert, key]: readonly Buffer[]): TlsPair {
  const pair = { cert: cert!, key: key! };
  createSecureContext(pair);
  return pair;
}

function readKeys(path: string) {
  const contents = readOne('API_KEYS_FILE', path, 'create keys with npm run api-key, which writes it');
  try {
    return { path, contents, ring: keyRingOf(contents) };
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    throw new SettingsError(error.faults.map((fault) => `API_KEYS_FILE ${path}: ${fault}`));
  }
}

function readTls(certPath: string, keyPath: string) {
  const advice = 'set it to a PEM file that this user can read';
  const faults = new FaultCollection();
  const contents = [
    ...(faults.attempt(() => readOne('TLS_CERT_FILE', certPath, advice)) ?? []),
    ...(faults.attempt(() => readOne('TLS_KEY_FILE', keyPath, advice)) ?? []),
  ];
  faults.throwIfAny();
  try {
    return { paths: [certPath, keyPath] as const, contents, pair: tlsPairOf(contents) };
  } catch (error) {
    throw new SettingsError([
      `TLS_CERT_FILE ${certPath} and TLS_KEY_FILE ${keyPath} are not a certificate and its key in PEM (${(error as Error).message}): set both to files that were issued together`,
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
