/**
 * The time in milliseconds since the Unix epoch. This clock may jump forwards or back, by seconds or years: use it for when
 * something happened, never for how long it took. Lint forbids reading it anywhere else.
 */
export const wallClock = (): number => Date.now();

/** Milliseconds from an arbitrary origin, for durations, deadlines and pauses. Never goes back. */
export const monotonic = (): number => performance.now();
