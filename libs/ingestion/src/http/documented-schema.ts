import type { BodySchema } from '../parsing/body-schema.js';
import { PLAIN_TEXT } from '../messages/status-event.dto.js';

/** Without classes of Unicode, which many readers of JSON schemas do not know: no control characters. */
const PORTABLE_PLAIN_TEXT = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$';

/** The schema as the API document has it, for readers that know fewer regular expressions than ours. */
export function documentedSchema(schema: BodySchema): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      key === 'pattern' && value === PLAIN_TEXT.source ? PORTABLE_PLAIN_TEXT : value,
    ),
  ) as Record<string, unknown>;
}
