import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const MIB = 1024 * 1024;

/** The space that the log leaves free. */
export const RESERVED_BYTES = 16 * MIB;

/** A separate small disk for the event log, which a test can fill with other data. */
export const smallDisk = {
  mount: (directory: string) =>
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', directory], { stdio: 'pipe' }),
  unmount: (directory: string) => execFileSync('umount', [directory], { stdio: 'pipe' }),
  fill(directory: string, leftBytes: number) {
    const { bavail, bsize } = statfsSync(directory);
    writeFileSync(join(directory, 'other-data'), Buffer.alloc(bavail * bsize - leftBytes), { flag: 'a' });
  },
  clear: (directory: string) => rmSync(join(directory, 'other-data')),
};

/** Why this machine cannot mount such a disk; `undefined` if it can. */
export function reasonForNoDisk(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'statusledger-disk-'));
  try {
    smallDisk.mount(directory);
    smallDisk.unmount(directory);
    return undefined;
  } catch (error) {
    return (error as Error).message.trim().split('\n').at(-1);
  } finally {
    rmdirSync(directory);
  }
}
