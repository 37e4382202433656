export { DAY_MS, HOUR_MS, isoTime } from '#domain';

/** Integers from here on are milliseconds since the Unix epoch; smaller ones are seconds. */
export const FIRST_MILLISECONDS = 100_000_000_000;

/** Milliseconds since the Unix epoch, from seconds or (as of {@link FIRST_MILLISECONDS}) milliseconds. */
export function epochMs(secondsOrMs: number): number {
  return secondsOrMs >= FIRST_MILLISECONDS ? secondsOrMs : secondsOrMs * 1000;
}
