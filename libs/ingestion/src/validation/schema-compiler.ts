import AjvCompiler from '@fastify/ajv-compiler';
import { SCHEMA_OPTIONS } from '#edge';
import type { BodySchema } from '../parsing/body-schema.js';
import type { SchemaFault } from '../rejections/validation-rejection.js';

const compile = AjvCompiler()({}, { customOptions: SCHEMA_OPTIONS });

/**
 * Compiles a schema as the server does for its routes, with the compiler and the options of the server.
 *
 * @returns a function that finds the first fault of an object of parameters, if there is one.
 */
export function compileSchema(
  schema: BodySchema,
): (parameters: Readonly<Record<string, unknown>>) => SchemaFault | undefined {
  const validate = compile({ schema });
  return (parameters) => (validate(parameters) ? undefined : validate.errors?.[0]);
}
