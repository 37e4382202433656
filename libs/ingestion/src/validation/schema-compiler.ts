import AjvCompiler from '@fastify/ajv-compiler';
import { SCHEMA_OPTIONS } from '#edge';
import type { BodySchema } from '../parsing/body-schema.js';
import type { SchemaFault } from '../rejections/validation-rejection.js';

const compile = AjvCompiler()({}, { customOptions: SCHEMA_OPTIONS });

/**
 * Compiles a schema with the server's own compiler and options, so that lines and single posts are validated alike.
 *
 * @returns a function that returns the first fault of a parameter object, if any.
 */
export function compileSchema(
  schema: BodySchema,
): (parameters: Readonly<Record<string, unknown>>) => SchemaFault | undefined {
  const validate = compile({ schema });
  return (parameters) => (validate(parameters) ? undefined : validate.errors?.[0]);
}
