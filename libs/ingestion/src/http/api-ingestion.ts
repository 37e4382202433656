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
  /** Its name in clients that are generated from the document. */
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly schema: BodySchema;
}

/** Describes a fire-and-forget message for the API document. */
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
        'With `handling=strict` (RFC 7240), for whoever integrates a platform, an event that is not accepted is answered 400 and not 204.',
      schema: { type: 'string', examples: ['handling=strict'] },
    }),
    ApiBody({ required: true, schema: documentedSchema(schema) }),
    ApiNoContentResponse({
      description:
        'What was sent is durable: as an event, or, if it could not be one, as a dead letter that operators see.',
    }),
    ApiResponse({
      status: 400,
      description:
        'Only with `Prefer: handling=strict`: the event was not accepted. It is a dead letter all the same.',
      type: ApiErrorAnswer,
      example: NOT_ACCEPTED,
    }),
    ApiErrors(401, 403, 408, 413, 429, 503),
  );
}

const NOT_ACCEPTED = {
  field: 'actionTime',
  message: 'the parameter actionTime is missing',
  description: 'actionTime is required: add it to the JSON object.',
};

const LENIENCY =
  'Any `Content-Type` is read as JSON; ids and codes may be sent as numbers and numbers as strings of digits; unknown parameters are ignored. docs/semantics.md has every rule.';
