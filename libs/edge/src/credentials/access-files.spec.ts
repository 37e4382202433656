import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError } from '../settings/settings-error.js';
import { readAccessFiles, readServiceSettings } from './access-files.js';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'statusledger-access-'))));
afterAll(() => rmSync(directory, { recursive: true }));

function written(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readServiceSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

const KEYS = JSON.stringify({ keys: [{ name: 'a', sha256: '0'.repeat(64), roles: ['ops'] }] });

describe('readServiceSettings', () => {
  it('reports the faults of variables and files together', () => {
    const faults = faultsOf({
      PORT: 'many',
      TIME_ZONE: 'Mars/Olympus',
      API_KEYS_FILE: written('broken.json', '{"keys":[{"name":"a b","sha256":"x","roles":["ops"]}]}'),
      TLS_CERT_FILE: join(directory, 'none.crt'),
      TLS_KEY_FILE: join(directory, 'none.key'),
    });
    expect(faults).toEqual([
      expect.stringContaining('PORT is "many"'),
      expect.stringContaining('TIME_ZONE is "Mars/Olympus"'),
      expect.stringMatching(/^API_KEYS_FILE .*keys\[0\]: name/),
      expect.stringMatching(/^API_KEYS_FILE .*keys\[0\]: sha256/),
      expect.stringMatching(/^TLS_CERT_FILE .*cannot be read \(ENOENT\)/),
      expect.stringMatching(/^TLS_KEY_FILE .*cannot be read \(ENOENT\)/),
    ]);
  });

  it('reports only one fault if one of the TLS files is missing', () => {
    expect(faultsOf({ TLS_CERT_FILE: join(directory, 'none.crt'), TLS_KEY_FILE: '' })).toEqual([
      expect.stringContaining('need each other'),
    ]);
  });

  it('returns valid settings, and looks for no file that is not set', () => {
    const path = written('keys.json', KEYS);
    expect(readServiceSettings({ HOST: '0.0.0.0', API_KEYS_FILE: path, TLS_CERT_FILE: '' })).toMatchObject({
      HOST: '0.0.0.0',
      API_KEYS_FILE: path,
    });
    expect(readAccessFiles({})).toEqual({});
    expect(readAccessFiles({ API_KEYS_FILE: path }).keys!.contents).toEqual([Buffer.from(KEYS)]);
  });

  it('refuses files that are not a certificate and its key, without quoting them', () => {
    const paths = { TLS_CERT_FILE: written('tls.crt', 'secret'), TLS_KEY_FILE: written('tls.key', 'secret') };
    const [fault, ...others] = faultsOf(paths);
    expect([fault, others]).toEqual([expect.stringContaining('issued together'), []]);
    expect(fault).not.toContain('secret');
  });
});
