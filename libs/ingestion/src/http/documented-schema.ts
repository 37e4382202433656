import type { BodySchema } from '../parsing/body-schema.js';
import { PLAIN_TEXT } from '../messages/status-event.dto.js';

/** No control characters, written without Unicode property escapes, which many JSON schema tools do not support. */
const PORTABLE_PLAIN_TEXT = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$';

/** The schema for the API document, with patterns that tools with simpler regular expressions can read. */
export function documentedSchema(schema: BodySchema): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === 'pattern' && value === PLAIN_TEXT.source ? PORTABLE_PLAIN_TEXT : value,
    ),
  ) as Record<string, unknown>;
}
