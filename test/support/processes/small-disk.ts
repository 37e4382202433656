import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const MIB = 1024 * 1024;

/** What the log leaves alone. */
export const RESERVED_BYTES = 16 * MIB;

/** A disk of its own for the event log, of which something else can take all but so much. */
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

/** Why that cannot be had here, if it cannot. */
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
