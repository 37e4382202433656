export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Integers from here on are milliseconds since the Unix epoch; smaller ones are seconds. */
export const FIRST_MILLISECONDS = 100_000_000_000;

/** Milliseconds since the Unix epoch, from seconds or (as of {@link FIRST_MILLISECONDS}) milliseconds. */
export function epochMs(secondsOrMs: number): number {
  return secondsOrMs >= FIRST_MILLISECONDS ? secondsOrMs : secondsOrMs * 1000;
}

/** The format of times in answers: `2020-01-01T10:15:36Z`, with `.SSS` only if not zero. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
