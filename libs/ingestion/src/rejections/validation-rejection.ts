import { invalidField, malformed, missingField, type Rejection } from './rejection.js';

/** A parameter that a compiled schema does not accept. */
export interface SchemaFault {
  readonly keyword: string;
  /** The parameter as a JSON pointer; empty for the object itself. */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Turns a fault that a compiled schema found into a rejection with readable messages. */
export function rejectionOf(error: SchemaFault): Rejection {
  const field = pathOf(error.instancePath);
  if (error.keyword === 'required') {
    const missing = String(error.params['missingProperty']);
    return missingField(field === '' ? missing : `${field}.${missing}`);
  }
  if (field === '') return malformed('the body is not an object of parameters');
  return invalidField(field, PROBLEMS[error.keyword]?.(error.params) ?? 'is not valid');
}

/** Turns `/agents/3/id` into `agents[3].id`. */
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
  pattern: () => 'contains control characters or lone surrogates',
  enum: ({ allowedValues }) => `is not one of ${(allowedValues as unknown[]).join(', ')}`,
};

const TYPES: Readonly<Record<string, string>> = {
  integer: 'an integer',
  array: 'a list',
  object: 'an object',
};
