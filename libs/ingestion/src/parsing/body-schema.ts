import { targetConstructorToSchema } from 'class-validator-jsonschema';

/** The JSON schema of an object with flat properties. */
export interface BodySchema {
  readonly type: 'object';
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, { readonly type?: string } & Record<string, unknown>>>;
}

/**
 * Turns a class-validator DTO into a JSON schema that the server compiles once: the DTO stays the only description of
 * the parameters, and the hot path does not pay for interpreting it.
 */
export function bodySchemaOf(dto: new () => object): BodySchema {
  const { properties = {}, required = [] } = targetConstructorToSchema(dto);
  return { type: 'object', required, properties: properties as BodySchema['properties'] };
}
