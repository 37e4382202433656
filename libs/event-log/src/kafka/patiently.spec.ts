import { CLOCK_JUMPS, withJumpingWallClock } from '../../../../test/support/chaos/jumping-clock.js';
import { patiently } from './patiently.js';

const retriable = () => Promise.reject(Object.assign(new Error('not yet'), { retriable: true }));

describe('a question to the cluster', () => {
  it.each(CLOCK_JUMPS)('is repeated although the wall clock jumps by %i ms', async (jump) => {
    let asked = 0;
    const ask = () => (++asked < 3 ? retriable() : Promise.resolve('known'));
    expect(await withJumpingWallClock(jump, () => patiently(ask))).toBe('known');
  });

  it.each(CLOCK_JUMPS)('is given up in time although the wall clock jumps by %i ms', async (jump) => {
    const begun = performance.now();
    const asking = withJumpingWallClock(jump, () => patiently(retriable, 50));
    await expect(asking).rejects.toThrow('not yet');
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
