import { existsSync, readFileSync } from 'node:fs';

let known: string | undefined;

/** The version of the service, from the package that contains this file, built or not. */
export function serviceVersion(): string {
  return (known ??= readVersion(new URL('.', import.meta.url)));
}

function readVersion(directory: URL): string {
  const file = new URL('package.json', directory);
  if (!existsSync(file)) return readVersion(new URL('..', directory));
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
