/** Milliseconds since the Unix epoch as answers give times: `2020-01-01T10:15:36Z`, with `.SSS` only if not zero. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
