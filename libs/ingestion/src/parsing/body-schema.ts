import { targetConstructorToSchema } from 'class-validator-jsonschema';

/** A JSON schema of an object with flat properties. */
export interface BodySchema {
  readonly type: 'object';
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, { readonly type?: string } & Record<string, unknown>>>;
}

/**
 * The JSON schema of a class-validator DTO, for the server to compile once: the DTO stays the only place where
 * the parameters are described, and the hot path does not pay for interpreting it.
 */
export function bodySchemaOf(dto: new () => object): BodySchema {
  const { properties = {}, required = [] } = targetConstructorToSchema(dto);
  return { type: 'object', required, properties: properties as BodySchema['properties'] };
}
