import { isTransient } from './transient-failures.js';

/** What the engine answers to values that it cannot take, whatever else is written with them. */
const VALUE_FAULTS = new Map([
  ['6', 'CANNOT_PARSE_TEXT'],
  ['25', 'CANNOT_PARSE_ESCAPE_SEQUENCE'],
  ['26', 'CANNOT_PARSE_QUOTED_STRING'],
  ['27', 'CANNOT_PARSE_INPUT_ASSERTION_FAILED'],
  ['38', 'CANNOT_PARSE_DATE'],
  ['41', 'CANNOT_PARSE_DATETIME'],
  ['53', 'TYPE_MISMATCH'],
  ['69', 'ARGUMENT_OUT_OF_BOUND'],
  ['70', 'CANNOT_CONVERT_TYPE'],
  ['72', 'CANNOT_PARSE_NUMBER'],
  ['117', 'INCORRECT_DATA'],
  ['131', 'TOO_LARGE_STRING_SIZE'],
  ['321', 'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE'],
  ['349', 'CANNOT_INSERT_NULL_IN_ORDINARY_COLUMN'],
  ['407', 'DECIMAL_OVERFLOW'],
  ['691', 'UNKNOWN_ELEMENT_OF_ENUM'],
]);

/**
 * Whether a batch failed because of what one of its records says: trying it again fails again, and without that record it
 * would not. Everything else (a full disk, a damaged part, a server that is away) says nothing against the records.
 */
export function isRecordFault(error: unknown): boolean {
  if (isTransient(error)) return false;
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'string' && VALUE_FAULTS.has(code)) return true;
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
