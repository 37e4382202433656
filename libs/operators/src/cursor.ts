import { badRequest } from '#edge';

/** What a cursor carries: the place behind which an answer goes on. */
export type CursorValues = readonly (string | number)[];

/** The longest cursor that is read. */
export const MAX_CURSOR_LENGTH = 8_192;

/** Makes a text of a place that callers hand back as it is. */
export function encodeCursor(values: CursorValues): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/**
 * Reads a place back.
 *
 * @param shape a place of the same kind: numbers must be where it has numbers, texts where it has texts.
 * @throws ApiError 400 if it is not one that {@link encodeCursor} made of such a place.
 */
export function decodeCursor<Place extends CursorValues>(cursor: string, shape: Place): Place {
  const values = parse(cursor);
  if (!Array.isArray(values) || values.length !== shape.length) throw notOurs();
  values.forEach((value: unknown, index) => {
    const isRight = typeof shape[index] === 'number' ? Number.isSafeInteger(value) : isText(value);
    if (!isRight) throw notOurs();
  });
  return values as unknown as Place;
}

function parse(cursor: string): unknown {
  if (cursor.length > MAX_CURSOR_LENGTH) throw notOurs();
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw notOurs();
  }
}

/** The store takes no NUL bytes and no broken surrogate pairs. */
function isText(value: unknown): boolean {
  return typeof value === 'string' && !/[\p{Cs}\u0000]/u.test(value);
}

const notOurs = () =>
  badRequest(
    'cursor',
    'the cursor is not one of ours',
    'Send the nextCursor of the answer before as it came, with the same filters; or none, to begin with the newest.',
  );
