/** Whether a `Prefer` header (RFC 7240) asks for strict handling. If a preference is repeated, the first one counts. */
export function prefersStrictHandling(header: string | string[] | undefined): boolean {
  if (header === undefined) return false;
  const preferences = Array.isArray(header) ? header.join(',') : header;
  for (const preference of preferences.split(',')) {
    const handling = HANDLING.exec(preference);
    if (handling !== null) return handling[1]?.toLowerCase() === 'strict';
  }
  return false;
}

/** The preference and its value, without the parameters after it. */
const HANDLING = /^\s*handling\s*(?:=\s*"?([^\s";]*)"?\s*)?(?:;|$)/i;
