import { CLOCK_JUMPS, withJumpingWallClock } from '../../../../test/support/chaos/jumping-clock.js';
import { isTransient, RETRY_FOR_MS, retryingTransient } from './transient-failures.js';

const failure = (code: string) => Object.assign(new Error('failed'), { code });

describe('a failure', () => {
  it.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', '242', '286', '289', '319', '999'])(
    'may pass, if it is a %s',
    (code) => {
      expect(isTransient(failure(code))).toBe(true);
      expect(isTransient(new Error('wrapped', { cause: failure(code) }))).toBe(true);
    },
  );

  it('may pass, if the connection was hung up', () => {
    expect(isTransient(new Error('socket hang up'))).toBe(true);
  });

  it.each(['60', '62', '516', 'ENOENT', ''])('does not pass, if it is a %s', (code) => {
    expect(isTransient(failure(code))).toBe(false);
  });
});

describe('an attempt', () => {
  const never = new AbortController().signal;

  it('is made again until it succeeds', async () => {
    let attempts = 0;
    const attempt = () => (++attempts < 4 ? Promise.reject(failure('ECONNRESET')) : Promise.resolve('done'));
    expect(await retryingTransient(attempt, never)).toBe('done');
    expect(attempts).toBe(4);
  });

  it.each(CLOCK_JUMPS)('is made again although the wall clock jumps by %i ms', async (jump) => {
    let attempts = 0;
    const attempt = () => (++attempts < 3 ? Promise.reject(failure('286')) : Promise.resolve('done'));
    expect(await withJumpingWallClock(jump, () => retryingTransient(attempt, never))).toBe('done');
  });

  it('is made once if its failure does not pass', async () => {
    let attempts = 0;
    const attempt = () => Promise.reject(failure(`6${++attempts}`));
    await expect(retryingTransient(attempt, never)).rejects.toMatchObject({ code: '61' });
  });

  it('is given up after a while, with its last failure', async () => {
    const begun = performance.now();
    await expect(retryingTransient(() => Promise.reject(failure('286')), never)).rejects.toMatchObject({
      code: '286',
    });
    expect(performance.now() - begun).toBeLessThanOrEqual(RETRY_FOR_MS + 1_000);
    expect(performance.now() - begun).toBeGreaterThan(RETRY_FOR_MS / 2);
  }, 30_000);

  it('is given up at once if nobody waits any more', async () => {
    const closing = new AbortController();
    let attempts = 0;
    const attempt = () => {
      if (++attempts === 3) closing.abort();
      return Promise.reject(failure('ECONNREFUSED'));
    };
    await expect(retryingTransient(attempt, closing.signal)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(attempts).toBe(3);
  });
});
