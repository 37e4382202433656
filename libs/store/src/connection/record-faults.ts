import { isTransient } from './transient-failures.js';

/** The engine's codes for values that it cannot store, regardless of what else is written with them. */
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
 * Whether a batch failed because of the content of one of its records: retrying fails again, and succeeds without that
 * record. Any other failure (a full disk, a damaged part, an unreachable server) says nothing about the records.
 */
export function isRecordFault(error: unknown): boolean {
  if (isTransient(error)) return false;
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'string' && VALUE_FAULTS.has(code)) return true;
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}
