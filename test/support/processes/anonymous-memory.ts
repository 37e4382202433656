import { readFileSync } from 'node:fs';

const BYTES_PER_KIB = 1024;

/**
 * Memory that a process itself has allocated, in bytes. Resident memory also includes pages of mapped files, such as
 * those of log and store, which grow with the data and which the kernel reclaims when it needs them.
 *
 * @returns undefined where there is no /proc.
 */
export function anonymousBytes(pid: number): number | undefined {
  try {
    const found = /^RssAnon:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return found === null ? undefined : Number(found[1]) * BYTES_PER_KIB;
  } catch {
    return undefined;
  }
}
