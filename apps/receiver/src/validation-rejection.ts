import { invalidField, malformed, missingField, type Rejection } from './rejection.js';

/** What a compiled schema says of a parameter that it does not accept. */
export interface SchemaFault {
  readonly keyword: string;
  /** Which parameter, as a JSON pointer; empty for the object itself. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Puts what the compiled schema found into words. */
export function rejectionOf(error: SchemaFault): Rejection {
  if (error.keyword === 'required') return missingField(String(error.params['missingProperty']));
  const field = error.instancePath.slice(1);
  if (field === '') return malformed('the body is not an object of parameters');
  return invalidField(field, PROBLEMS[error.keyword]?.(error.params) ?? 'is not valid');
}

const PROBLEMS: Readonly<Record<string, (params: Record<string, unknown>) => string>> = {
  type: ({ type }) => `is not ${type === 'integer' ? 'an integer' : 'a string'}`,
  minLength: () => 'is empty',
  maxLength: ({ limit }) => `is longer than ${String(limit)} characters`,
  pattern: () => 'has control characters or broken surrogate pairs',
  enum: ({ allowedValues }) => `is not one of ${(allowedValues as unknown[]).join(', ')}`,
};
