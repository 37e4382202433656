import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Writes a key and a self-signed certificate of 127.0.0.1 under a name, in PEM and valid for a day. @returns their
 * paths.
 */
export function selfSigned(directory: string, name: string): { key: string; cert: string } {
  const [key, cert] = [join(directory, 'tls.key'), join(directory, 'tls.crt')];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const command = ['req', '-x509', ...newKey, '-keyout', key, '-out', cert, '-days', '1', ...subject];
  execFileSync('openssl', command, { stdio: 'ignore' });
  return { key, cert };
}
