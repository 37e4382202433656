import { readFileSync } from 'node:fs';

const BYTES_PER_KIB = 1024;

/**
 * Memory that a process itself has taken, in bytes. What is resident is more: pages of mapped files, such as the log and the
 * store have, which grow with what is kept and which the system takes back whenever it needs them.
 *
 * @returns undefined where there is no /proc to tell.
 */
export function anonymousBytes(pid: number): number | undefined {
  try {
    const found = /^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? undefined : Number(found[1]) * BYTES_PER_KIB;
  } catch {
    return undefined;
  }
}
