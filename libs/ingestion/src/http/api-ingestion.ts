import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiHeader,
  ApiNoContentResponse,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { ApiErrorAnswer, ApiErrors } from '#edge';
import type { BodySchema } from '../parsing/body-schema.js';
import { documentedSchema } from './documented-schema.js';

export interface IngestionDescription {
  /** The name of the method in generated clients. */
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly schema: BodySchema;
}

/** Describes a fire-and-forget method in the API document. */
export function ApiIngestion({
  operationId,
  summary,
  description,
  schema,
}: IngestionDescription): MethodDecorator {
  return applyDecorators(
    ApiTags('ingestion'),
    ApiOperation({ operationId, summary, description: `${description} ${LENIENCY}` }),
    ApiHeader({
      name: 'Prefer',
      required: false,
      description:
        '`handling=strict` (RFC 7240) makes the service answer a rejected event with 400 instead of 204; meant for those who integrate a platform.',
      schema: { type: 'string', examples: ['handling=strict'] },
    }),
    ApiBody({ required: true, schema: documentedSchema(schema) }),
    ApiNoContentResponse({
      description:
        'The message is stored durably: as an event or, if it was rejected, as a dead letter that operators see.',
    }),
    ApiResponse({
      status: 400,
      description:
        'Only with `Prefer: handling=strict`: the event was rejected. It is stored as a dead letter all the same.',
      type: ApiErrorAnswer,
      example: REJECTED,
    }),
    ApiErrors(401, 403, 408, 413, 429, 503),
  );
}

const REJECTED = {
  field: 'actionTime',
  message: 'the parameter actionTime is missing',
  description: 'actionTime is required: add it to the JSON object.',
};

const LENIENCY =
  'The body is read as JSON whatever its `Content-Type`. Ids and codes may be sent as numbers, and numbers as strings of digits; unknown parameters are ignored. docs/semantics.md has all the rules.';
