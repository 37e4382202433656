const HOUR_MS = 3_600_000;

/**
 * Runs `work` now and every hour. A run that takes longer than an hour is not started a second time.
 *
 * @returns a function that ends this, and waits for the run in progress.
 */
export function everyHour(
  work: () => Promise<void>,
  onFailure: (error: unknown) => void,
): () => Promise<void> {
  let running: Promise<void> | undefined;
  const run = () => {
    running ??= work()
      .catch(onFailure)
      .finally(() => (running = undefined));
  };
  run();
  const timer = setInterval(run, HOUR_MS).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
