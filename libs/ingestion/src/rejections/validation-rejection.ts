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
  const field = pathOf(error.instancePath);
  if (error.keyword === 'required') {
    const missing = String(error.params['missingProperty']);
    return missingField(field === '' ? missing : `${field}.${missing}`);
  }
  if (field === '') return malformed('the body is not an object of parameters');
  return invalidField(field, PROBLEMS[error.keyword]?.(error.params) ?? 'is not valid');
}

/** `/agents/3/id` as people write it: `agents[3].id`. */
function pathOf(instancePath: string): string {
  return instancePath
    .slice(1)
    .replace(/(?:^|\/)(\d+)(?=\/|$)/g, '[$1]')
    .replaceAll('/', '.');
}

const PROBLEMS: Readonly<Record<string, (params: Record<string, unknown>) => string>> = {
  type: ({ type }) => `is not ${TYPES[String(type)] ?? 'a string'}`,
  minLength: () => 'is empty',
  maxLength: ({ limit }) => `is longer than ${String(limit)} characters`,
  pattern: () => 'has control characters or broken surrogate pairs',
  enum: ({ allowedValues }) => `is not one of ${(allowedValues as unknown[]).join(', ')}`,
};

const TYPES: Readonly<Record<string, string>> = {
  integer: 'an integer',
  array: 'a list',
  object: 'an object',
};
