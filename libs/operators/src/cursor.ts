import { badRequest } from '#edge';

/** The contents of a cursor: the position after which the next page begins. */
export type CursorValues = readonly (string | number)[];

/** The longest cursor that is accepted. */
export const MAX_CURSOR_LENGTH = 8_192;

/** Encodes a position as a text that clients send back unchanged. */
export function encodeCursor(values: CursorValues): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * Decodes a cursor.
 *
 * @param shape an example of the position: numbers must be where it has numbers, texts where it has texts.
 * @throws ApiError 400 if {@link encodeCursor} cannot have made it from such a position.
 */
export function decodeCursor<Place extends CursorValues>(cursor: string, shape: Place): Place {
  const values = parse(cursor);
  if (!Array.isArray(values) || values.length !== shape.length) throw invalidCursor();
  values.forEach((value: unknown, index) => {
    const isRight = typeof shape[index] === 'number' ? Number.isSafeInteger(value) : isText(value);
    if (!isRight) throw invalidCursor();
  });
  return values as unknown as Place;
}

function parse(cursor: string): unknown {
  if (cursor.length > MAX_CURSOR_LENGTH) throw invalidCursor();
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw invalidCursor();
  }
}

/** The store accepts neither NUL bytes nor lone surrogates. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && !/[\p{Cs}\u0000]/u.test(value);
}

const invalidCursor = () =>
  badRequest(
    'cursor',
    'the cursor is invalid',
    'Send the nextCursor of the previous page unchanged and with the same filters, or no cursor for the first page.',
  );
