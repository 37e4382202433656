import jsonc, { type ParseError } from 'jsonc-parser';

/** The position at which a text stops being valid JSON. */
export interface JsonPosition {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  /** From 0, in UTF-16 units of the text. */
  readonly offset: number;
}

/** @returns `undefined` if the text is JSON, or if no parser reports a position. */
export function jsonFaultPosition(text: string): JsonPosition | undefined {
  const offset = faultOffset(text);
  if (offset === undefined) return undefined;
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1, offset };
}

/** The engine's own error takes precedence, but it does not always have a position. */
function faultOffset(text: string): number | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const position = /\bat position (\d+)\b/.exec((error as Error).message)?.[1];
    return position === undefined ? lenientFaultOffset(text) : Math.min(Number(position), text.length);
  }
}

function lenientFaultOffset(text: string): number | undefined {
  const errors: ParseError[] = [];
  try {
    jsonc.parse(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch {
    // The nesting is too deep for the parser.
    return undefined;
  }
  return errors[0]?.offset;
}
