import { retrying, type RetryOptions } from './retrying.js';

class FinalError extends Error {}

describe('retrying a step of a projector', () => {
  let stopping: AbortController;
  let pauses: number[];
  let failures: number;

  beforeEach(() => {
    stopping = new AbortController();
    pauses = [];
    failures = 0;
  });

  const options = (more: Partial<RetryOptions> = {}): RetryOptions => ({
    firstDelayMs: 100,
    maxDelayMs: 1_000,
    signal: stopping.signal,
    isFinal: (error) => error instanceof FinalError,
    pause: async (ms) => void pauses.push(ms),
    onFailure: () => void failures++,
    ...more,
  });
  const failing = (times: number, error: unknown = new Error('away')) => {
    let tries = 0;
    return async () => {
      if (tries++ < times) throw error;
      return 'done';
    };
  };

  it('doubles the pauses up to their maximum, by the clock that it is given', async () => {
    expect(await retrying(failing(6), options())).toBe('done');
    expect([pauses, failures]).toEqual([[100, 200, 400, 800, 1_000, 1_000], 6]);
  });

  it('never gives up, whatever is thrown', async () => {
    expect(await retrying(failing(100, new TypeError('odd')), options())).toBe('done');
    expect(await retrying(failing(1, 'not an error'), options())).toBe('done');
  });

  it('rejects with a final error at once', async () => {
    await expect(retrying(failing(1, new FinalError('refused')), options())).rejects.toThrow('refused');
    expect([pauses, failures]).toEqual([[], 0]);
  });

  it('rejects with the last error once it is stopped, without or after a pause', async () => {
    const pause = async (ms: number) => {
      pauses.push(ms);
      stopping.abort();
    };
    await expect(retrying(failing(9), options({ pause }))).rejects.toThrow('away');
    await expect(retrying(failing(9), options({ pause }))).rejects.toThrow('away');
    expect(pauses).toEqual([100]);
  });
});
