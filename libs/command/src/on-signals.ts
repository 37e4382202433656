const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A person does not press Ctrl+C again this soon. */
const ECHO_MS = 300;

/**
 * Calls the handler for each SIGINT and SIGTERM that somebody sends. npm passes on a Ctrl+C that the terminal has sent to all
 * of its processes already, so that it arrives twice within milliseconds: it is handled once.
 */
export function onSignals(handle: (signal: NodeJS.Signals) => void): void {
  const handleOnce = withoutEchoes(handle);
  for (const signal of SIGNALS) process.on(signal, handleOnce);
}

/** @param now in milliseconds. */
export function withoutEchoes(
  handle: (signal: NodeJS.Signals) => void,
  now: () => number = () => performance.now(),
): (signal: NodeJS.Signals) => void {
  let handledAt = -Infinity;
  return (signal) => {
    if (now() - handledAt < ECHO_MS) return;
    handledAt = now();
    handle(signal);
  };
}

/** Lets the signal end the process as if it were not handled. A shell then reports 128 plus the number of the signal. */
export function endBySignal(signal: NodeJS.Signals): void {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
