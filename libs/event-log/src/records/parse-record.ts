/** A record that no known version of this service has written. */
export class UnreadableRecordError extends Error {
  override readonly name = 'UnreadableRecordError';
}

/** @throws UnreadableRecordError unless the value is a JSON object of the given version without lone surrogates. */
export function parseRecord(value: string, version: number): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch (cause) {
    throw new UnreadableRecordError('the record is not JSON', { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new UnreadableRecordError('the record is not a JSON object');
  }
  const record = parsed as Record<string, unknown>;
  if (ESCAPED_SURROGATE.test(value) && Object.values(record).some(isBrokenText)) {
    throw new UnreadableRecordError('the record has halves of surrogate pairs, which have no UTF-8');
  }
  if (record['v'] !== version) {
    throw new UnreadableRecordError(`the record is of version ${String(record['v'])}, expected ${version}`);
  }
  return record;
}

/** Text that was decoded from UTF-8 contains lone surrogates only if they were escaped. */
const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;

function isBrokenText(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Cs}/u.test(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(isBrokenText);
}
