import { retryUntilDone, type UntilDoneOptions } from './retry-until-done.js';

class FinalError extends Error {}

describe('retrying until it is done', () => {
  let failures: { readonly message: string; readonly tries: number }[];
  let stopping: AbortController;

  beforeEach(() => {
    failures = [];
    stopping = new AbortController();
  });

  const options = (more: Partial<UntilDoneOptions> = {}): UntilDoneOptions => ({
    signal: stopping.signal,
    isFinal: (error) => error instanceof FinalError,
    onFailure: (error, tries) => failures.push({ message: (error as Error).message, tries }),
    ...more,
  });

  /** Fails with these errors, one after another, and then succeeds. */
  const failing = (...errors: unknown[]) => {
    const left = [...errors];
    return async () => {
      if (left.length > 0) throw left.shift();
      return 'done';
    };
  };

  it('reports each failure and goes on after it', async () => {
    expect(await retryUntilDone(failing(new Error('away'), new Error('still')), options())).toBe('done');
    expect(failures).toEqual([
      { message: 'away', tries: 1 },
      { message: 'still', tries: 2 },
    ]);
  });

  it.each([
    ['a TypeError', new TypeError('odd answer'), 'TypeError: odd answer'],
    ['a value that is not an error', 'odd answer', 'odd answer'],
  ])('goes on after %s, too', async (_, thrown, message) => {
    expect(await retryUntilDone(failing(thrown), options())).toBe('done');
    expect(failures).toEqual([{ message, tries: 1 }]);
  });

  it('rejects at once with a final error, which it does not report', async () => {
    await expect(retryUntilDone(failing(new FinalError('newer')), options())).rejects.toThrow('newer');
    expect(failures).toEqual([]);
  });

  it('rejects as soon as the signal is aborted', async () => {
    const onFailure = () => stopping.abort(new Error('stopping'));
    const attempt = failing(new Error('away'));
    await expect(retryUntilDone(attempt, options({ onFailure }))).rejects.toThrow('stopping');
  });
});
