/**
 * Calls `onDue` once, `ms` milliseconds from now by a clock that never jumps.
 *
 * @returns a function that cancels the call.
 */
export type StartTimer = (ms: number, onDue: () => void) => () => void;

export const startRealTimer: StartTimer = (ms, onDue) => {
  const timer = setTimeout(onDue, ms);
  return () => clearTimeout(timer);
};
