import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CLOCK_JUMPS, withJumpingWallClock } from '../../../../test/support/chaos/jumping-clock.js';
import { FailedTries, MAX_FAILED_TRIES } from './failed-tries.js';
import { followFiles } from './followed-files.js';

describe.each(CLOCK_JUMPS)('while the wall clock jumps by %i ms', (jump) => {
  it('FailedTries counts within a minute of real time, and never asks to wait longer', () =>
    withJumpingWallClock(jump, async () => {
      const tries = new FailedTries();
      for (let i = 0; i < MAX_FAILED_TRIES; i++) expect(tries.count('10.0.0.1')).toBeUndefined();
      const wait = tries.count('10.0.0.1');
      expect(wait).toBeGreaterThan(50);
      expect(wait).toBeLessThanOrEqual(60);
    }));

  it('followFiles notices a change at once', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'statusledger-keys-'));
    const path = join(directory, 'keys.json');
    writeFileSync(path, 'before');
    await withJumpingWallClock(jump, async () => {
      const begun = performance.now();
      const changed = new Promise<string>((resolve, reject) => {
        const onChange = ([contents]: Buffer[]) => resolve(contents!.toString());
        const followed = followFiles([path], [readFileSync(path)], onChange, reject);
        setTimeout(() => followed.stop(), 10_000).unref();
      });
      writeFileSync(path, 'after');
      expect(await changed).toBe('after');
      expect(performance.now() - begun).toBeLessThan(5_000);
    });
    rmSync(directory, { recursive: true });
  });
});
