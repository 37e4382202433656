import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

/** The document of the topics. */
export const EVENT_DOCUMENT = 'docs/asyncapi.yaml';

interface Schema {
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly enum?: readonly unknown[];
  readonly maxLength?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
}

interface Message {
  readonly payload: { readonly $ref: string };
  readonly bindings: { readonly kafka: { readonly key: { readonly examples: readonly string[] } } };
  readonly examples: readonly { readonly payload: Record<string, unknown> }[];
}

interface Channel {
  readonly address: string;
  readonly messages: Readonly<Record<string, unknown>>;
  readonly 'x-topic-configuration': Readonly<Record<string, unknown>>;
  readonly bindings: {
    readonly kafka: {
      readonly partitions: number;
      readonly replicas: number;
      readonly topicConfiguration: Readonly<Record<string, unknown>>;
    };
  };
}

export const eventDocument = parse(readFileSync(EVENT_DOCUMENT, 'utf8'), { merge: true }) as {
  readonly channels: Readonly<Record<string, Channel>>;
  readonly components: {
    readonly messages: Readonly<Record<string, Message>>;
    readonly schemas: Readonly<Record<string, Schema>>;
  };
};
const { messages } = eventDocument.components;

const ajv = new Ajv({ allErrors: true, strict: false, formats: { int64: true } });
ajv.addSchema(eventDocument, 'document');

/** The faults of a value by a schema of the document. */
export function faultsOf(schema: string, value: unknown): readonly unknown[] {
  const validate = ajv.getSchema(`document#/components/schemas/${schema}`)!;
  return validate(value) ? [] : validate.errors!;
}

/** The name of a message's schema. */
export const schemaOf = (message: string) => messages[message]!.payload.$ref.split('/').at(-1)!;
/** The payloads of a message's examples. */
export const examplesOf = (message: string) => messages[message]!.examples.map(({ payload }) => payload);
