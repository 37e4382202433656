/** Whether a `Prefer` header (RFC 7240) asks for strict handling. */
export function prefersStrictHandling(header: string | string[] | undefined): boolean {
  if (header === undefined) return false;
  const preferences = Array.isArray(header) ? header.join(',') : header;
  return preferences
    .split(',')
    .some((preference) => /^\s*handling\s*=\s*"?strict"?\s*(;|$)/i.test(preference));
}
