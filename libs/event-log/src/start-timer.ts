/** Calls back once, `ms` milliseconds from now, unless it is called off by what it returns. Waits go by a clock that nobody sets. */
export type StartTimer = (ms: number, onDue: () => void) => () => void;

export const startRealTimer: StartTimer = (ms, onDue) => {
  const timer = setTimeout(onDue, ms);
  return () => clearTimeout(timer);
};
