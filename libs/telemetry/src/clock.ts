/**
 * What time it is, in milliseconds since the Unix epoch. This clock may jump, forwards and back, by seconds or years: it
 * says when something was, never how long it took. The only place that reads it; lint forbids all others.
 */
export const wallClock = (): number => Date.now();

/** Milliseconds since some moment: for durations, deadlines and pauses. Never goes back. */
export const monotonic = (): number => performance.now();
